package dev.paddock.worker.intake;

import dev.paddock.worker.Position;
import dev.paddock.worker.ledger.Ledger;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Where other threads leave what has become of records, for the poll thread to book. */
final class Settlements {

  /** One entry of the ledger. */
  private sealed interface Settlement {

    record Published(Position position) implements Settlement {}

    record Waiting(Position position, long pageNumber, int bytes) implements Settlement {}
  }

  private final BlockingQueue<Settlement> queue = new LinkedBlockingQueue<>();
  private final Ledger ledger;

  Settlements(Ledger ledger) {
    this.ledger = ledger;
  }

  /** Its outcome is published. From any thread. */
  void add(Position position) {
    queue.add(new Settlement.Published(position));
  }

  /** Its outcome waits for a transaction. From any thread. */
  void add(Position position, long pageNumber, int bytes) {
    queue.add(new Settlement.Waiting(position, pageNumber, bytes));
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

  private void book(Settlement settlement) {
    switch (settlement) {
      case Settlement.Published(Position position) -> ledger.settle(position);
      case Settlement.Waiting(Position position, long pageNumber, int bytes) ->
          ledger.settle(position, pageNumber, bytes);
    }
  }
}
