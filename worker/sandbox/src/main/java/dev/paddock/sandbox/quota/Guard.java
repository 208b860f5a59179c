package dev.paddock.sandbox.quota;

import dev.paddock.sandbox.wire.Breach;
import dev.paddock.sandbox.wire.Limits;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Watches the guest thread's runs from a thread of its own: one run at a time, looked at every few
 * milliseconds, cancelled at the first breach.
 */
public final class Guard {

  /** Told of every breach before the context is cancelled, on the guard thread. */
  public interface BreachListener {
    /** Should return soon. */
    void breached(long number, Breach breach);
  }

  /** How often a run is looked at: 2 ms cost about 2 % of a core while a run lasts. */
  private static final long POLL_NANOS = 2_000_000;

  /**
   * How long polling goes on between runs, so that short runs need not wake the guard each time.
   */
  private static final long IDLE_NANOS = 50_000_000;

  /** After this long without obeying, the worker must have killed us; if it is gone, nobody has. */
  private static final long OBEY_MILLIS = Duration.ofSeconds(2).toMillis();

  private final Clocks clocks;
  private final HeapGauge heap;
  private final BreachListener listener;
  private final Thread thread;
  private volatile @Nullable Run current;
  private final Runnable unstoppable;
  private volatile boolean asleep;
  private volatile boolean closed;

  /**
   * Starts watching.
   *
   * @param unstoppable called on the guard thread, as its last deed, where a guest does not stop
   */
  public Guard(Scope scope, BreachListener listener, Runnable unstoppable) {
    clocks = new Clocks(scope);
    heap = HeapGauge.of(scope);
    this.unstoppable = unstoppable;
    this.listener = listener;
    this.thread = Thread.ofPlatform().daemon().name("guard").unstarted(this::watch);
    thread.start();
  }

  /** Charges the sandbox itself with all that lives now; called once it is warm. */
  public void settle() {
    heap.rebase();
  }

  /**
   * Begins a run, on its guest thread. The caller ends it with {@link Run#end}.
   *
   * @param continued whether it is charged with what earlier runs in its context have left there
   * @param cancel stops the guest from another thread; may block until it has
   */
  public Run begin(long number, Limits limits, boolean continued, Runnable cancel) {
    Run last = current;
    if (!continued) {
      heap.rebaseIfGrown();
    }
    long unseenBytes = continued && last != null ? last.unseenBytes() : 0;
    Run run = new Run(number, limits, clocks, heap, unseenBytes, cancel);
    current = run;
    if (asleep) {
      LockSupport.unpark(thread);
    }
    return run;
  }

  /** Stops watching, for good. */
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }

  private void watch() {
    Run seen = null;
    Run stopped = null;
    long idleSince = System.nanoTime();
    while (!closed) {
      Run run = current;
      if (run == null || run == stopped || run.isOver()) {
        if (run != seen) {
          seen = run;
          idleSince = System.nanoTime();
        }
        if (System.nanoTime() - idleSince > IDLE_NANOS) {
          sleepUntilNextRun(run);
          continue;
        }
      } else {
        run.check();
        Breach breach = run.breach();
        if (breach != null) {
          stop(run, breach);
          stopped = run;
          continue;
        }
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private void sleepUntilNextRun(@Nullable Run last) {
    asleep = true;
    while (current == last && !closed) {
      LockSupport.park(this);
    }
    asleep = false;
  }

  private void stop(Run run, Breach breach) {
    listener.breached(run.number(), breach);
    try {
      if (!run.cancel(OBEY_MILLIS)) {
        closed = true;
        unstoppable.run();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("Nobody interrupts the guard", e);
    }
  }
}
