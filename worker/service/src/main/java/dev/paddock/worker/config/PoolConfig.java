package dev.paddock.worker.config;

import java.time.Duration;

/**
 * The sandbox processes.
 *
 * @param size how many
 * @param startTimeout how long one may take to become ready
 * @param sandbox each of them
 */
public record PoolConfig(int size, Duration startTimeout, SandboxConfig sandbox) {

  /** The same with another size. */
  public PoolConfig withSize(int newSize) {
    return new PoolConfig(newSize, startTimeout, sandbox);
  }

  /** The same with another confinement. */
  public PoolConfig withConfinement(Confinement confinement) {
    return new PoolConfig(size, startTimeout, sandbox.withConfinement(confinement));
  }
}
