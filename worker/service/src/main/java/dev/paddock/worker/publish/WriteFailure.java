package dev.paddock.worker.publish;

import dev.paddock.worker.Position;
import dev.paddock.worker.config.KafkaRefusal;
import org.apache.kafka.common.acl.AclOperation;

/** Why a worker can no longer write, in the words that its end is reported with. */
final class WriteFailure {

  private WriteFailure() {}

  /** Nothing can be written any more. */
  static IllegalStateException ofEverything(Throwable cause) {
    return new IllegalStateException(
        "Results can no longer be written: " + KafkaRefusal.describe(cause, AclOperation.WRITE),
        cause);
  }

  /** What became of this position can never be written to the topic. */
  static IllegalStateException of(Position position, String topic, Exception cause) {
    return new IllegalStateException(
        "What became of %s cannot be written to %s: %s"
            .formatted(position, topic, KafkaRefusal.describe(cause, AclOperation.WRITE)),
        cause);
  }
}
