package dev.paddock.worker.config;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What runs next.
 *
 * @param ordering which executions have to wait for one another
 * @param maxConcurrent sandboxes that one tenant may use at the same time, 1 or more; where it is
 *     empty, all but one as long as there are other tenants
 * @param weights of tenants, 1 or more; a tenant that is not in it has 1
 * @param maxRate executions that one tenant may start per second; 0 for any number
 * @param scriptWait how long after it was read a request waits for the script that it names
 */
public record DispatchConfig(
    Ordering ordering,
    OptionalInt maxConcurrent,
    Map<String, Integer> weights,
    int maxRate,
    Duration scriptWait) {

  /** Copies the weights. */
  public DispatchConfig {
    weights = Map.copyOf(weights);
  }
}
