package dev.paddock.worker.observe;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks once a second while somebody watches, and shows all who watch the same. Who is slow misses
 * some.
 */
final class Ticker implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Ticker.class);

  private static final long INTERVAL_MILLIS = 1000;

  private final Supplier<String> look;
  private final int mostWatchers;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("ticker").factory());
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by the lock.
  private int watchers;
  private long number;
  private @Nullable String latest;
  private boolean closed;

  /**
   * Begins to tick.
   *
   * @param look gives what is to be seen; called by one thread
   */
  Ticker(Supplier<String> look, int mostWatchers) {
    this.look = look;
    this.mostWatchers = mostWatchers;
    var _ =
        thread.scheduleAtFixedRate(
            this::tick, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Somebody begins to watch; false where too many do. Whoever did must {@link #leave}. */
  boolean enter() {
    lock.lock();
    try {
      if (watchers >= mostWatchers || closed) {
        return false;
      }
      if (watchers == 0) {
        latest = null; // nobody has looked since
      }
      watchers++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  void leave() {
    lock.lock();
    try {
      watchers--;
    } finally {
      lock.unlock();
    }
  }

  /** What is seen, and its number. */
  record Sight(long number, String text) {}

  /** Waits for a sight after this one; null where there will be none. */
  @Nullable Sight next(long after) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed && (latest == null || number <= after)) {
        changed.await();
      }
      String text = latest;
      return closed || text == null ? null : new Sight(number, text);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void tick() {
    try {
      if (isWatched()) {
        show(look.get());
      }
    } catch (RuntimeException e) {
      LOG.warn("There is nothing to be seen this time", e);
    }
  }

  private boolean isWatched() {
    lock.lock();
    try {
      return watchers > 0;
    } finally {
      lock.unlock();
    }
  }

  private void show(String text) {
    lock.lock();
    try {
      latest = text;
      number++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
