package dev.paddock.worker.intake;

import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.worker.Execution;
import dev.paddock.worker.Outcome;
import dev.paddock.worker.Position;
import dev.paddock.worker.config.RegistryTrouble;
import java.time.Clock;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;

/** Makes executions of records. Used by one thread. */
final class RequestReader {

  /** What a record turned out to be. */
  sealed interface Read {

    /** A request. */
    record Request(Execution execution) implements Read {}

    /** Not a request, and never going to be one. */
    record Bad(Outcome.Malformed outcome) implements Read {}

    /** Nobody can say before the schema registry can be used again. */
    record Unknown(String reason) implements Read {}
  }

  private final Deserializer<Object> deserializer;
  private final Clock clock;

  RequestReader(Deserializer<Object> deserializer, Clock clock) {
    this.deserializer = deserializer;
    this.clock = clock;
  }

  Read read(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return bad(record, "The record has no value; it must be an ExecutionRequest");
    }
    Object value;
    try {
      value = deserializer.deserialize(record.topic(), record.headers(), record.value());
    } catch (RuntimeException e) {
      return RegistryTrouble.isReason(e)
          ? new Read.Unknown(RegistryTrouble.reasons(e))
          : bad(record, "The record cannot be decoded: " + RegistryTrouble.reasons(e));
    }
    if (!(value instanceof ExecutionRequest request)) {
      String type = value == null ? "null" : value.getClass().getName();
      return bad(record, "The record is a " + type + "; it must be an ExecutionRequest");
    }
    return new Read.Request(
        new Execution(
            positionOf(record),
            record.key(),
            request,
            Math.max(0, record.timestamp()),
            sizeOf(record),
            deliveryOf(record),
            System.nanoTime()));
  }

  static Position positionOf(ConsumerRecord<?, ?> record) {
    return new Position(record.topic(), record.partition(), record.offset());
  }

  static int sizeOf(ConsumerRecord<?, ?> record) {
    return Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
  }

  /** 1 where Kafka does not count, which it does for share groups only. */
  static int deliveryOf(ConsumerRecord<?, ?> record) {
    return record.deliveryCount().orElse((short) 1);
  }

  private Read bad(ConsumerRecord<byte[], byte[]> record, String message) {
    return new Read.Bad(
        new Outcome.Malformed(positionOf(record), record.value(), message, clock.instant()));
  }
}
