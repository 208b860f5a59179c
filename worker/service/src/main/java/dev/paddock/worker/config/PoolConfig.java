package dev.paddock.worker.config;

import java.time.Duration;

/**
 * The sandboxes.
 *
 * @param size how many run tasks at once
 * @param spares how many more are kept warm, so that a kill costs no capacity
 * @param isolation what keeps scripts from the worker
 * @param startTimeout how long one may take to become ready
 * @param sandbox each of them
 */
public record PoolConfig(
    int size, int spares, Isolation isolation, Duration startTimeout, SandboxConfig sandbox) {

  /** The same for a single task, which needs one sandbox. */
  public PoolConfig single() {
    return new PoolConfig(1, 0, isolation, startTimeout, sandbox);
  }

  /** The same with another confinement. */
  public PoolConfig withConfinement(Confinement confinement) {
    return new PoolConfig(
        size, spares, isolation, startTimeout, sandbox.withConfinement(confinement));
  }
}
