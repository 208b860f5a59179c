package dev.paddock.worker.publish;

import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.FencedMemberEpochException;
import org.apache.kafka.common.errors.IllegalGenerationException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.StaleMemberEpochException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.TransactionAbortedException;
import org.apache.kafka.common.errors.UnknownMemberIdException;

/** What a failed transaction means. */
enum TransactionTrouble {
  /** The group has gone on without this reader: its offsets cannot be committed like this. */
  STALE_GROUP,
  /** The same transaction may well succeed, with this producer or another. */
  PASSES,
  /** It will never succeed. */
  FATAL;

  /** Judges by the first cause that says anything. */
  static TransactionTrouble of(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case CommitFailedException _,
            UnknownMemberIdException _,
            IllegalGenerationException _,
            StaleMemberEpochException _,
            FencedMemberEpochException _,
            FencedInstanceIdException _ -> {
          return STALE_GROUP;
        }
        // A fenced producer too: the coordinator has ended a transaction that took too long, or has
        // forgotten the producer.
        case RetriableException _,
            TransactionAbortableException _,
            TransactionAbortedException _,
            ProducerFencedException _,
            InvalidProducerEpochException _,
            InvalidTxnStateException _,
            InvalidPidMappingException _,
            OutOfOrderSequenceException _ -> {
          return PASSES;
        }
        case ApiException _ -> {
          return FATAL;
        }
        default -> {
          // a wrapper; its cause knows more
        }
      }
    }
    // What Kafka throws without a reason is about the state of the producer, which is replaced.
    return failure.getClass() == KafkaException.class || failure instanceof IllegalStateException
        ? PASSES
        : FATAL;
  }
}
