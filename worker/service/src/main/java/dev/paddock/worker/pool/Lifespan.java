package dev.paddock.worker.pool;

import dev.paddock.worker.config.SandboxConfig;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How much of what it may run, and of how long it may live, a sandbox does. Sandboxes that share
 * the work evenly would else all be replaced at the same time, and a new one is slow for a while.
 *
 * @param share from {@link #LEAST} to 1
 */
record Lifespan(double share) {

  /** The least that one does. */
  static final double LEAST = 0.75;

  static Lifespan random() {
    return new Lifespan(ThreadLocalRandom.current().nextDouble(LEAST, 1));
  }

  boolean isOver(SandboxConfig config, long executions, long ageNanos) {
    return executions >= share * (double) config.maxExecutions()
        || ageNanos >= share * (double) config.maxAge().toNanos();
  }
}
