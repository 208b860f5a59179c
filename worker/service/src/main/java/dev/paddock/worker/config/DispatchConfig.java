package dev.paddock.worker.config;

import dev.paddock.sandbox.wire.Reuse;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What runs next.
 *
 * @param ordering which requests have to wait for one another
 * @param orderings the same for the records of pipelines, by their topic
 * @param maxConcurrent sandboxes that one tenant may use at the same time, 1 or more; where it is
 *     empty, all but one as long as there are other tenants
 * @param weights of tenants, 1 or more; a tenant that is not in it has 1
 * @param maxRate executions that one tenant may start per second; 0 for any number
 * @param scriptWait how long after it was read a request waits for the script that it names
 * @param reuse how far executions may share a context, where their requests ask for that
 */
public record DispatchConfig(
    Ordering ordering,
    Map<String, Ordering> orderings,
    OptionalInt maxConcurrent,
    Map<String, Integer> weights,
    int maxRate,
    Duration scriptWait,
    Reuse reuse) {

  /** Copies the maps. */
  public DispatchConfig {
    orderings = Map.copyOf(orderings);
    weights = Map.copyOf(weights);
  }

  /** The same with another wait for scripts. */
  public DispatchConfig withScriptWait(Duration wait) {
    return new DispatchConfig(ordering, orderings, maxConcurrent, weights, maxRate, wait, reuse);
  }

  /** What was read from this topic has to wait for. */
  public Ordering orderingOf(String topic) {
    return orderings.getOrDefault(topic, ordering);
  }
}
