package dev.paddock.worker.config;

import java.time.Duration;

/**
 * The sandboxes.
 *
 * @param size how many
 * @param isolation what keeps scripts from the worker
 * @param startTimeout how long one may take to become ready
 * @param sandbox each of them
 */
public record PoolConfig(
    int size, Isolation isolation, Duration startTimeout, SandboxConfig sandbox) {

  /** The same with another size. */
  public PoolConfig withSize(int newSize) {
    return new PoolConfig(newSize, isolation, startTimeout, sandbox);
  }

  /** The same with another confinement. */
  public PoolConfig withConfinement(Confinement confinement) {
    return new PoolConfig(size, isolation, startTimeout, sandbox.withConfinement(confinement));
  }
}
