package dev.paddock.worker.intake;

import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.errors.IllegalGenerationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.StaleMemberEpochException;
import org.apache.kafka.common.errors.UnknownMemberIdException;

/** Tells what passes from what ends a worker. */
final class KafkaTrouble {

  private KafkaTrouble() {}

  /** Whether the next poll may well succeed: the broker is away, or the group is rebalancing. */
  static boolean passes(Throwable failure) {
    return switch (failure) {
      case RetriableException _, CommitFailedException _ -> true;
      case UnknownMemberIdException _, IllegalGenerationException _ -> true;
      case StaleMemberEpochException _ -> true;
      default -> false;
    };
  }
}
