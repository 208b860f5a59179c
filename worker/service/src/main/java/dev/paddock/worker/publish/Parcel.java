package dev.paddock.worker.publish;

import dev.paddock.schemas.Violation;
import dev.paddock.worker.Position;
import dev.paddock.worker.Spans;
import io.opentelemetry.api.trace.SpanContext;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The letters of one outcome: ends its span and reports its position when the last is acknowledged.
 * Thread-safe.
 */
final class Parcel {

  private final Position position;
  private final Spans.OpenSpan span;
  private final AtomicInteger open;
  private final Consumer<Position> settled;
  private volatile @Nullable Violation violation;

  Parcel(Position position, Mail mail, Consumer<Position> settled) {
    this.position = position;
    this.span = mail.span();
    this.open = new AtomicInteger(mail.letters().size());
    this.settled = settled;
    this.violation = Letter.violationAmong(mail.letters());
  }

  Position position() {
    return position;
  }

  SpanContext trace() {
    return span.context();
  }

  /** These are written instead of a letter. */
  void replaced(Letter letter, List<Letter> by) {
    Violation instead = Letter.violationAmong(by);
    if (instead != null && !(letter instanceof Letter.Audit)) {
      violation = instead;
    }
    open.addAndGet(by.size() - 1);
  }

  void acknowledged() {
    if (open.decrementAndGet() == 0) {
      span.end(violation);
      settled.accept(position);
    }
  }
}
