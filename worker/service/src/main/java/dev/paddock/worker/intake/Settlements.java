package dev.paddock.worker.intake;

import dev.paddock.worker.Position;
import dev.paddock.worker.ledger.Ledger;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Where other threads leave what has become of records, for the poll thread to book. That is woken
 * for what it waits for, and for nothing else: each wake costs a turn of it and of Kafka's thread.
 */
final class Settlements {

  /** More than are ever added. */
  private static final long NEVER = Long.MAX_VALUE;

  /** One entry of the ledger. */
  private sealed interface Settlement {

    record Published(Position position) implements Settlement {}

    record Waiting(Position position, long pageNumber, int bytes) implements Settlement {}
  }

  /** Wakes once so many were added and, where there is something to wait for, that is done. */
  private record Wish(long added, @Nullable Future<?> after) {

    static final Wish NONE = new Wish(NEVER, null);

    boolean isFulfilled(long count) {
      return count >= added && (after == null || after.isDone());
    }
  }

  private final BlockingQueue<Settlement> queue = new LinkedBlockingQueue<>();
  private final AtomicLong added = new AtomicLong();
  private final AtomicReference<Wish> wish = new AtomicReference<>(Wish.NONE);
  private final Ledger ledger;
  private final Runnable wake;
  private long booked;

  /**
   * @param wake ends a wait of the poll thread; called by any thread
   */
  Settlements(Ledger ledger, Runnable wake) {
    this.ledger = ledger;
    this.wake = wake;
  }

  /**
   * The poll thread is going to wait, and is woken, once, when there are more to book.
   *
   * @param more how many
   * @param after what has to be done by then, too; who does it calls {@link #look}
   * @return whether to wait; not where it is so already
   */
  boolean expect(long more, @Nullable Future<?> after) {
    Wish current = new Wish(booked + more, after);
    wish.set(current);
    return !current.isFulfilled(added.get());
  }

  /** The poll thread waits no longer. */
  void expectNothing() {
    wish.set(Wish.NONE);
  }

  /** Something is done that may be waited for. From any thread. */
  void look() {
    Wish current = wish.get();
    if (current.isFulfilled(added.get()) && wish.compareAndSet(current, Wish.NONE)) {
      wake.run();
    }
  }

  /** Its outcome is published. From any thread. */
  void add(Position position) {
    add(new Settlement.Published(position));
  }

  /** Its outcome waits for a transaction. From any thread. */
  void add(Position position, long pageNumber, int bytes) {
    add(new Settlement.Waiting(position, pageNumber, bytes));
  }

  /** Books everything that is there. */
  void book() {
    for (Settlement next = queue.poll(); next != null; next = queue.poll()) {
      book(next);
    }
  }

  /** Books everything that is there, after waiting for the first where there is nothing. */
  void bookWithin(Duration wait) throws InterruptedException {
    @Nullable Settlement first = queue.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
    if (first != null) {
      book(first);
      book();
    }
  }

  private void add(Settlement settlement) {
    queue.add(settlement);
    var _ = added.incrementAndGet();
    look();
  }

  private void book(Settlement settlement) {
    booked++;
    switch (settlement) {
      case Settlement.Published(Position position) -> ledger.settle(position);
      case Settlement.Waiting(Position position, long pageNumber, int bytes) ->
          ledger.settle(position, pageNumber, bytes);
    }
  }
}
