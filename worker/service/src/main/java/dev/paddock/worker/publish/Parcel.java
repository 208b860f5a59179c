package dev.paddock.worker.publish;

import dev.paddock.worker.Position;
import io.opentelemetry.api.trace.SpanContext;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The letters of one outcome: reports its position when the last is acknowledged. Thread-safe. */
final class Parcel {

  private final Position position;
  private final SpanContext trace;
  private final AtomicInteger open;
  private final Consumer<Position> settled;

  Parcel(Position position, Mail mail, Consumer<Position> settled) {
    this.position = position;
    this.trace = mail.trace();
    this.open = new AtomicInteger(mail.letters().size());
    this.settled = settled;
  }

  Position position() {
    return position;
  }

  SpanContext trace() {
    return trace;
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
