package dev.paddock.worker.pool;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds every sandbox to its task's quotas from outside, on a thread of its own. A sandbox that
 * cannot be looked at is ended, and the others are watched on. While nothing runs, it rests.
 */
final class SandboxWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SandboxWatch.class);

  /** How late at most a task beyond its quota is noticed. */
  private static final long LOOK_MILLIS = 20;

  /** How often sandboxes are asked how large they are. */
  private static final long MEASURE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /**
   * How long nothing has run before it rests: to be woken for each of many tasks costs more than to
   * look for nothing. Sandboxes are measured once more by then.
   */
  private static final long BUSY_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Supplier<Stream<SandboxProcess>> living;
  private final Thread thread;
  private final AtomicInteger running = new AtomicInteger();
  private volatile boolean resting;
  private volatile boolean closed;

  /** Begins to watch whatever lives each time. */
  SandboxWatch(Supplier<Stream<SandboxProcess>> living) {
    this.living = living;
    thread = Thread.ofPlatform().daemon().name("sandbox-watch").start(this::watch);
  }

  /** Stops watching. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  /** A task is about to begin, and {@link #ended} when it is over. From any thread. */
  void begun() {
    var _ = running.incrementAndGet();
    if (resting) {
      resting = false;
      LockSupport.unpark(thread);
    }
  }

  /** A task is over. From any thread. */
  void ended() {
    var _ = running.decrementAndGet();
  }

  /** Whether it looks at nothing until a task begins. */
  boolean isResting() {
    return resting;
  }

  private void watch() {
    try {
      long measuredNanos = System.nanoTime();
      long busyNanos = measuredNanos;
      while (!closed) {
        long now = System.nanoTime();
        boolean measure = now - measuredNanos >= MEASURE_NANOS;
        living.get().forEach(sandbox -> lookAt(sandbox, now, measure));
        if (measure) {
          measuredNanos = now;
        }
        if (running.get() > 0) {
          busyNanos = now;
        }
        if (now - busyNanos < BUSY_NANOS) {
          TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        } else {
          rest();
          busyNanos = System.nanoTime();
        }
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  /** Until a task begins. */
  private void rest() {
    resting = true;
    if (running.get() > 0) {
      resting = false; // it began before it could know
    }
    while (resting && !closed) {
      LockSupport.park(this);
    }
  }

  private static void lookAt(SandboxProcess sandbox, long nowNanos, boolean measure) {
    try {
      sandbox.look(nowNanos);
      if (measure) {
        sandbox.measure();
      }
    } catch (RuntimeException | Error e) {
      end(sandbox);
      LOG.error("Sandbox {} could not be watched and was ended", sandbox.id(), e);
    }
  }

  private static void end(SandboxProcess sandbox) {
    try {
      sandbox.kill();
    } catch (RuntimeException e) {
      LOG.error("Sandbox {} cannot be ended", sandbox.id(), e);
    }
  }
}
