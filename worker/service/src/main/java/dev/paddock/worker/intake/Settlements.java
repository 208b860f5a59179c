package dev.paddock.worker.intake;

import dev.paddock.worker.Position;
import dev.paddock.worker.ledger.Ledger;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Where other threads leave the positions that are published, for the poll thread to book. */
final class Settlements {

  private final BlockingQueue<Position> queue = new LinkedBlockingQueue<>();
  private final Ledger ledger;

  Settlements(Ledger ledger) {
    this.ledger = ledger;
  }

  /** From any thread. */
  void add(Position position) {
    queue.add(position);
  }

  /** Books everything that is there. */
  void book() {
    for (Position position = queue.poll(); position != null; position = queue.poll()) {
      ledger.settle(position);
    }
  }

  /** Books everything that is there, after waiting for the first where there is nothing. */
  void bookWithin(Duration wait) throws InterruptedException {
    @Nullable Position first = queue.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
    if (first != null) {
      ledger.settle(first);
      book();
    }
  }
}
