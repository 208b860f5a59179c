package dev.paddock.worker.publish;

import dev.paddock.worker.Position;
import dev.paddock.worker.Spans;
import io.opentelemetry.api.trace.SpanContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** The records of one outcome, waiting for their transaction. Owned by the publish thread. */
final class Bundle {

  /** A letter as it is sent. */
  record Sheet(Letter letter, ProducerRecord<byte[], byte[]> record) {

    int bytes() {
      byte[] value = record.value();
      return value == null ? 0 : value.length;
    }
  }

  /** About what the objects of an outcome take in memory beside its bytes. */
  private static final int OBJECTS_BYTES = 2 << 10;

  private final Position position;
  private final @Nullable Long requestedAt;
  private final Spans.OpenSpan span;
  private final List<Sheet> sheets;

  /**
   * @param requestedAt the timestamp of the request, in ms since the epoch; null where there is
   *     none
   */
  Bundle(Position position, @Nullable Long requestedAt, Spans.OpenSpan span, List<Sheet> sheets) {
    this.position = position;
    this.requestedAt = requestedAt;
    this.span = span;
    this.sheets = new ArrayList<>(sheets);
  }

  Position position() {
    return position;
  }

  /** The timestamp of the request, in ms since the epoch; null where there was none. */
  @Nullable Long requestedAt() {
    return requestedAt;
  }

  /** What the sheets belong to; invalid where there is no trace. */
  SpanContext trace() {
    return span.context();
  }

  /** Its transaction is committed: ends its span. Called once. */
  void written() {
    span.end(Letter.violationAmong(sheets.stream().map(Sheet::letter).toList()));
  }

  List<Sheet> sheets() {
    return Collections.unmodifiableList(sheets);
  }

  /** Puts others in the place of one. */
  void replace(Sheet sheet, List<Sheet> by) {
    int index = sheets.indexOf(sheet);
    sheets.remove(index);
    sheets.addAll(index, by);
  }

  /** Puts others in the place of all. */
  void replaceAll(List<Sheet> by) {
    sheets.clear();
    sheets.addAll(by);
  }

  /** About what it takes in memory. */
  int bytes() {
    return OBJECTS_BYTES + sheets.stream().mapToInt(Sheet::bytes).sum();
  }
}
