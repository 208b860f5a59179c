package dev.paddock.worker.intake;

import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.worker.Execution;
import dev.paddock.worker.Outcome;
import dev.paddock.worker.config.RegistryTrouble;
import java.time.Clock;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads requests. Used by one thread. */
public final class RequestReader implements RecordReader {

  private final Deserializer<Object> deserializer;
  private final Clock clock;

  /**
   * @param deserializer of requests; closed with this
   */
  public RequestReader(Deserializer<Object> deserializer, Clock clock) {
    this.deserializer = deserializer;
    this.clock = clock;
  }

  @Override
  public Read read(ConsumerRecord<byte[], byte[]> record) {
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
            RecordReader.positionOf(record),
            record.key(),
            request,
            Math.max(0, record.timestamp()),
            RecordReader.sizeOf(record),
            RecordReader.deliveryOf(record),
            System.nanoTime(),
            null,
            RecordReader.traceOf(record)));
  }

  @Override
  public void close() {
    deserializer.close();
  }

  private Read bad(ConsumerRecord<byte[], byte[]> record, String message) {
    return new Read.Bad(
        new Outcome.Malformed(
            RecordReader.positionOf(record),
            "",
            record.value(),
            message,
            clock.instant(),
            RecordReader.traceOf(record)));
  }
}
