package dev.paddock.sandbox.quota;

import dev.paddock.sandbox.wire.Breach;
import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.Quota;
import dev.paddock.sandbox.wire.Usage;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One run under its quotas. It ends once: either the guest thread ends it, or the first breach
 * does. After {@link #end} no breach counts, and nothing cancels the context any more.
 */
public final class Run {

  private sealed interface State {
    record Running() implements State {}

    record Breached(Breach breach) implements State {}

    record Ended() implements State {}
  }

  /**
   * A script that keeps much and throws away more would else be looked at all the time: looking may
   * take one part in so many of its time.
   */
  private static final long LOOK_SHARE = 5;

  /**
   * A guest that goes on allocating is soon collected from anyway, which shows what it retains. One
   * that seems to retain too much is looked at when it has allocated less than so much for so long.
   */
  private static final long PAUSE_BYTES = 1 << 20;

  private static final long PAUSE_NANOS = 20_000_000;

  /** Name of the thread that does what no guest is charged for; the worker knows it, too. */
  public static final String UNCHARGED_THREAD = "uncharged";

  private static final State RUNNING = new State.Running();

  private final long number;
  private final Limits limits;
  private final Clocks clocks;
  private final HeapGauge heap;
  private final Runnable cancel;
  private final long guestId;
  private final Clocks.Reading start;
  private final AtomicReference<State> state = new AtomicReference<>(RUNNING);
  private final CountDownLatch breached = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private volatile long retainedBytes;

  /** What the guest thread had allocated when its retention was last looked at. */
  private volatile long lookedAtBytes;

  private volatile long unseenBytes;

  /** Held while something is done that nobody is charged for, and while the guard reckons. */
  private final ReentrantLock charging = new ReentrantLock();

  /** Written by the guest thread, with the lock. */
  private long unchargedNanos;

  // The guard's.
  private Clocks.Reading unsuspected;
  private long nextLookNanos;

  /**
   * @param unseenBytes what was allocated before in the same context, and never looked at
   */
  Run(
      long number,
      Limits limits,
      Clocks clocks,
      HeapGauge heap,
      long unseenBytes,
      Runnable cancel) {
    this.number = number;
    this.limits = limits;
    this.clocks = clocks;
    this.heap = heap;
    this.cancel = cancel;
    this.guestId = Thread.currentThread().threadId();
    this.start = clocks.read(guestId);
    lookedAtBytes = start.allocatedBytes() - unseenBytes;
    unsuspected = start;
    nextLookNanos = start.wallNanos();
  }

  /** Microseconds since the run began. */
  public long elapsedMicros() {
    return (System.nanoTime() - start.wallNanos()) / 1000;
  }

  /**
   * Reports a breach, from any thread. The first one counts; the guard then cancels the context.
   *
   * @return whether it was the first
   */
  public boolean breach(Quota quota, long limit, long observed, String message) {
    boolean first =
        state.compareAndSet(
            RUNNING, new State.Breached(new Breach(quota, limit, observed, message)));
    if (first) {
      breached.countDown();
    }
    return first;
  }

  /** Reports that the sandbox's whole heap did not do, which is a breach of the heap quota too. */
  public boolean breachHeap() {
    return breach(
        Quota.HEAP,
        limits.heapBytes(),
        Math.max(heap.capacity(), limits.heapBytes() + 1),
        "The script asked for more memory than the sandbox has; "
            + limits.heapBytes()
            + " bytes allowed");
  }

  /**
   * Waits on the guest thread, outside the context.
   *
   * @return whether the time passed; false where a breach ended the wait
   */
  public boolean sleepMicros(long micros) throws InterruptedException {
    return !breached.await(micros, TimeUnit.MICROSECONDS);
  }

  /**
   * Does the sandbox's own work, for which the guest thread has to wait: on another thread, since
   * neither its CPU time nor what it leaves in the heap is the guest's. Wall time goes on.
   */
  public void uncharged(Runnable work) {
    charging.lock();
    try {
      long collecting = clocks.collectingNanos();
      heap.exempt(
          () ->
              CompletableFuture.runAsync(
                      work, Thread.ofPlatform().daemon().name(UNCHARGED_THREAD)::start)
                  .join());
      unchargedNanos += clocks.collectingNanos() - collecting;
    } finally {
      charging.unlock();
    }
  }

  /**
   * Ends the run, on the guest thread, and waits until a cancellation under way is over.
   *
   * @return the breach that ended it before, or null
   */
  public @Nullable Breach end() {
    boolean undisturbed = state.compareAndSet(RUNNING, new State.Ended());
    ended.countDown();
    if (undisturbed) {
      return null;
    }
    awaitCancelled();
    return breach();
  }

  /** What was used until now. Called on the guest thread. */
  public Usage usage() {
    Clocks.Reading end = clocks.read(guestId);
    unseenBytes = end.allocatedBytes() - lookedAtBytes;
    return new Usage(
        cpuNanos(end) / 1000,
        (end.wallNanos() - start.wallNanos()) / 1000,
        retainedBytes,
        end.allocatedBytes() - start.allocatedBytes());
  }

  /** What was allocated in its context until {@link #usage}, and never looked at. */
  long unseenBytes() {
    return unseenBytes;
  }

  long number() {
    return number;
  }

  @Nullable Breach breach() {
    return state.get() instanceof State.Breached(Breach breach) ? breach : null;
  }

  /** Whether it ended without a breach. */
  boolean isOver() {
    return state.get() instanceof State.Ended;
  }

  /** Compares with the quotas, on the guard thread. */
  void check() {
    if (!charging.tryLock()) {
      checkWall(System.nanoTime());
      return;
    }
    try {
      Clocks.Reading now = clocks.read(guestId);
      checkCpu(now);
      checkWall(now.wallNanos());
      if (heap.used() > limits.heapBytes() || isSuspected(now)) {
        lookAtHeap(now);
      }
    } finally {
      charging.unlock();
    }
  }

  private long cpuNanos(Clocks.Reading now) {
    return now.cpuNanos() - start.cpuNanos() - unchargedNanos;
  }

  private void checkCpu(Clocks.Reading now) {
    long cpuMillis = cpuNanos(now) / 1_000_000;
    if (cpuMillis >= limits.cpuMillis()) {
      breach(
          Quota.CPU_TIME,
          limits.cpuMillis(),
          cpuMillis,
          "The script used " + cpuMillis + " ms of CPU time; " + limits.cpuMillis() + " allowed");
    }
  }

  private void checkWall(long nowNanos) {
    long wallMillis = (nowNanos - start.wallNanos()) / 1_000_000;
    if (wallMillis >= limits.wallMillis()) {
      breach(
          Quota.WALL_TIME,
          limits.wallMillis(),
          wallMillis,
          "The script ran for " + wallMillis + " ms; " + limits.wallMillis() + " allowed");
    }
  }

  /** Whether it may retain too much in what is still young, and it is time to look. */
  private boolean isSuspected(Clocks.Reading now) {
    if (heap.suspected(now.allocatedBytes() - lookedAtBytes) <= limits.heapBytes()
        || now.allocatedBytes() - unsuspected.allocatedBytes() >= PAUSE_BYTES) {
      unsuspected = now;
    }
    return now.wallNanos() - unsuspected.wallNanos() >= PAUSE_NANOS
        && now.wallNanos() - nextLookNanos >= 0;
  }

  private void lookAtHeap(Clocks.Reading now) {
    long retained = heap.retained();
    lookedAtBytes = now.allocatedBytes();
    long doneNanos = System.nanoTime();
    nextLookNanos = doneNanos + (LOOK_SHARE - 1) * (doneNanos - now.wallNanos());
    retainedBytes = Math.max(retainedBytes, retained);
    if (retained > limits.heapBytes()) {
      breach(
          Quota.HEAP,
          limits.heapBytes(),
          retained,
          "The script retained " + retained + " bytes; " + limits.heapBytes() + " allowed");
    }
  }

  /**
   * Cancels the context and waits for the guest thread to notice.
   *
   * @return whether it did in time
   */
  boolean cancel(long graceMillis) throws InterruptedException {
    // Cancelling blocks until the guest has left the context, which may be never.
    Thread.ofPlatform()
        .daemon()
        .name("canceller")
        .start(
            () -> {
              cancel.run();
              cancelled.countDown();
            });
    return ended.await(graceMillis, TimeUnit.MILLISECONDS);
  }

  private void awaitCancelled() {
    boolean interrupted = false;
    while (true) {
      try {
        cancelled.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true; // cancelling interrupts the guest thread
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
