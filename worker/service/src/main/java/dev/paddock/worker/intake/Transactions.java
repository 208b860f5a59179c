package dev.paddock.worker.intake;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Who keeps outcomes until intake says that they may be written. Called by the poll thread. */
public interface Transactions {

  /**
   * A partition was assigned and is read from this offset on. Outcomes below it, or of a partition
   * that never began, are of no use any more.
   *
   * @param stay to be given back with every outcome that is kept from now on
   */
  void begin(TopicPartition partition, long offset, long stay);

  /** Partitions belong to somebody else now; their outcomes will never be released. */
  void forget(Collection<TopicPartition> partitions);

  /**
   * Writes the outcomes below these offsets and the offsets in one transaction. There is at most
   * one release under way.
   *
   * @param offsets copied before this returns
   * @param group the reader's membership as it is now
   * @return whether that is committed; false where the membership was no longer good for it, or the
   *     publisher has come to its end. Never completes exceptionally.
   */
  CompletableFuture<Boolean> release(
      Map<TopicPartition, Long> offsets, ConsumerGroupMetadata group);

  /** Why the last transaction failed, or null where it did not. */
  @Nullable String trouble();
}
