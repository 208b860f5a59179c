package dev.paddock.worker.intake;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.Future;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** How Kafka gets to know what is done. Owned by the poll thread, on which Kafka calls back too. */
sealed interface Commits permits OffsetCommits, TransactionCommits {

  /** Records of this partition are about to be handed on, the first of this poll at the offset. */
  void opened(TopicPartition partition, long offset);

  /** Commits without waiting, where it is time to. */
  void commitIfDue();

  /** The same while partitions are being given up, where readers would have to wait otherwise. */
  void commitMeanwhile();

  /** Commits these partitions and waits. Where it fails, their last records are run again. */
  void commitNow(Collection<TopicPartition> partitions);

  /** These partitions, with all that is not committed, are somebody else's now. */
  void forgotten(Collection<TopicPartition> partitions);

  /** Why what was to be committed is not, in words, or null where nothing is known of that. */
  @Nullable String trouble();

  /** Whether the next outcome would be committed at once. */
  boolean isIdle();

  /** What there will be to commit, or null where nothing has to be soon. */
  @Nullable Wait expected();

  /**
   * When to look again.
   *
   * @param time after this much
   * @param settlements or once so many more records are settled
   * @param after and this is done
   */
  record Wait(Duration time, long settlements, @Nullable Future<?> after) {}
}
