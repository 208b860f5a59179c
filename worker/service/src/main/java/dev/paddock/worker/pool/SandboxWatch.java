package dev.paddock.worker.pool;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds every sandbox to its task's quotas from outside, on a thread of its own. A sandbox that
 * cannot be looked at is ended, and the others are watched on.
 */
final class SandboxWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SandboxWatch.class);

  /** How late at most a task beyond its quota is noticed. */
  private static final long LOOK_MILLIS = 20;

  /** How often sandboxes are asked how large they are. */
  private static final long MEASURE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Supplier<Stream<SandboxProcess>> living;
  private final Thread thread;
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

  private void watch() {
    try {
      long measuredNanos = System.nanoTime();
      while (!closed) {
        long now = System.nanoTime();
        boolean measure = now - measuredNanos >= MEASURE_NANOS;
        living.get().forEach(sandbox -> lookAt(sandbox, now, measure));
        if (measure) {
          measuredNanos = now;
        }
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      // closed
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
