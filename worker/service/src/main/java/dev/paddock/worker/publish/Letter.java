package dev.paddock.worker.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.Violation;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** A record to be written. */
sealed interface Letter {

  /** The record's key, or null. */
  byte @Nullable [] key();

  /** The first violation among letters, or null where there is none. */
  static @Nullable Violation violationAmong(List<Letter> letters) {
    for (Letter letter : letters) {
      if (letter instanceof Audit audit) {
        return audit.value();
      }
    }
    return null;
  }

  /** The id of the execution that it comes of. */
  default String executionId() {
    return switch (this) {
      case Result result -> result.value().getExecutionId();
      case Audit audit -> audit.value().getExecutionId();
      case Event event -> event.refusal().getExecutionId();
    };
  }

  /** To the results topic, cut down so often to fit. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Result(byte @Nullable [] key, ExecutionResult value, int cuts) implements Letter {}

  /** To the violations topic, cut down so often to fit. */
  record Audit(Violation value, int cuts) implements Letter {

    @Override
    public byte[] key() {
      return value.getTenant().getBytes(UTF_8);
    }
  }

  /**
   * To where a pipeline leads.
   *
   * @param refusal goes to the violations topic where Kafka does not take the record, with another
   *     message
   */
  record Event(ProducerRecord<byte[], byte[]> record, Violation refusal) implements Letter {

    @Override
    public byte @Nullable [] key() {
      return record.key();
    }
  }
}
