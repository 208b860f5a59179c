package dev.paddock.worker.intake;

import dev.paddock.worker.Position;
import io.opentelemetry.api.trace.SpanContext;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Makes executions of a topic's records. Used by one thread, which closes it. */
public interface RecordReader extends AutoCloseable {

  /** Says what a record is. Never throws for what is in the record. */
  Read read(ConsumerRecord<byte[], byte[]> record);

  @Override
  void close();

  /** Where a record stands. */
  static Position positionOf(ConsumerRecord<?, ?> record) {
    return new Position(record.topic(), record.partition(), record.offset());
  }

  /** Size of its key and value, in bytes. */
  static int sizeOf(ConsumerRecord<?, ?> record) {
    return Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
  }

  /** The trace that it belongs to by its W3C headers; invalid where they name none. */
  static SpanContext traceOf(ConsumerRecord<?, ?> record) {
    return TraceHeaders.read(record.headers());
  }

  /**
   * How many workers it was handed to; 1 where Kafka does not count, which it does for share groups
   * only.
   */
  static int deliveryOf(ConsumerRecord<?, ?> record) {
    return record.deliveryCount().orElse((short) 1);
  }
}
