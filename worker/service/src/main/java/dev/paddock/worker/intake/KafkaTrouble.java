package dev.paddock.worker.intake;

import dev.paddock.worker.config.KafkaRefusal;
import java.util.List;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.IllegalGenerationException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.StaleMemberEpochException;
import org.apache.kafka.common.errors.UnknownMemberIdException;

/** Tells what passes from what ends a worker. */
final class KafkaTrouble {

  private KafkaTrouble() {}

  /** What is said of a failure that passes. */
  static String reading(KafkaException failure) {
    return "Reading from Kafka fails, which is tried again: " + failure;
  }

  /** What is said of one that does not. */
  static IllegalStateException endOfReading(List<String> topics, Throwable cause) {
    return new IllegalStateException(
        "Records can no longer be read from %s: %s"
            .formatted(String.join(", ", topics), KafkaRefusal.describe(cause, AclOperation.READ)),
        cause);
  }

  /** Whether the next poll may well succeed: the broker is away, or the group is rebalancing. */
  static boolean passes(Throwable failure) {
    return switch (failure) {
      case RetriableException _, CommitFailedException _ -> true;
      case UnknownMemberIdException _, IllegalGenerationException _ -> true;
      case StaleMemberEpochException _, RebalanceInProgressException _ -> true;
      default -> false;
    };
  }
}
