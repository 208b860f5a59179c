package dev.paddock.worker.pool;

import dev.paddock.sandbox.wire.Breach;
import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.Quota;
import dev.paddock.sandbox.wire.Usage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds one running task to its quotas from outside the sandbox. The sandbox stops its guest
 * itself; this is for a guest that cannot be stopped, and for a sandbox that lies.
 */
final class TaskWatch {

  /** How long after its quota a guest may take to stop. */
  static final long GRACE_MILLIS = 250;

  /** Most tasks are over by then and cost no look at the CPU time, which reads a dozen files. */
  static final long FIRST_LOOK_MILLIS = 15;

  private final Limits limits;
  private final LongSupplier cpuMillis;
  private final long startNanos;
  private long cpuAtFirstLook = -1;
  private long cpuUsed;
  private @Nullable Breach announced;
  private long announcedNanos;
  private @Nullable Breach verdict;

  /**
   * @param cpuMillis CPU time of the sandbox so far, in ms
   * @param nowNanos when the task began
   */
  TaskWatch(Limits limits, LongSupplier cpuMillis, long nowNanos) {
    this.limits = limits;
    this.cpuMillis = cpuMillis;
    this.startNanos = nowNanos;
  }

  /** The sandbox says that it is stopping its guest. */
  synchronized void announce(Breach breach, long nowNanos) {
    if (announced == null) {
      announced = breach;
      announcedNanos = nowNanos;
    }
  }

  /**
   * Looks at the clock.
   *
   * @return why the sandbox has to be killed now, or null
   */
  synchronized @Nullable Breach look(long nowNanos) {
    if (verdict == null) {
      verdict = judge(nowNanos);
    }
    return verdict;
  }

  /** Why the sandbox was killed, or null where it was not. */
  synchronized @Nullable Breach verdict() {
    return verdict;
  }

  /** What the task has used as seen from here: the CPU time at least, as of the last look. */
  synchronized Usage usage(long nowNanos) {
    return new Usage(cpuUsed * 1000, (nowNanos - startNanos) / 1000, 0, 0);
  }

  private @Nullable Breach judge(long nowNanos) {
    long wall = TimeUnit.NANOSECONDS.toMillis(nowNanos - startNanos);
    if (wall < FIRST_LOOK_MILLIS) {
      return null;
    }
    long cpu = cpuMillis.getAsLong();
    if (cpuAtFirstLook < 0) {
      cpuAtFirstLook = cpu;
    }
    cpuUsed = cpu - cpuAtFirstLook;
    Breach said = announced;
    if (said != null && TimeUnit.NANOSECONDS.toMillis(nowNanos - announcedNanos) >= GRACE_MILLIS) {
      return said;
    }
    if (cpuUsed >= limits.cpuMillis() + GRACE_MILLIS) {
      return killed(Quota.CPU_TIME, limits.cpuMillis(), cpuUsed);
    }
    if (wall >= limits.wallMillis() + GRACE_MILLIS) {
      return killed(Quota.WALL_TIME, limits.wallMillis(), wall);
    }
    return null;
  }

  private static Breach killed(Quota quota, long limit, long observed) {
    return new Breach(
        quota,
        limit,
        observed,
        "The script did not stop at its quota of " + limit + " ms; its sandbox was killed");
  }
}
