package dev.paddock.worker.publish;

import dev.paddock.worker.Position;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The letters of one outcome: reports its position when the last is acknowledged. Thread-safe. */
final class Parcel {

  private final Position position;
  private final AtomicInteger open;
  private final Consumer<Position> settled;

  Parcel(Position position, int letters, Consumer<Position> settled) {
    this.position = position;
    this.open = new AtomicInteger(letters);
    this.settled = settled;
  }

  Position position() {
    return position;
  }

  /** One letter was replaced by this many. */
  void replaced(int by) {
    open.addAndGet(by - 1);
  }

  void acknowledged() {
    if (open.decrementAndGet() == 0) {
      settled.accept(position);
    }
  }
}
