package dev.paddock.worker.app;

import dev.paddock.worker.intake.Transactions;
import dev.paddock.worker.publish.TransactionalPublisher;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Joins intake and publisher, which do not know each other. */
record PublisherTransactions(TransactionalPublisher publisher) implements Transactions {

  @Override
  public void begin(TopicPartition partition, long offset, long stay) {
    publisher.begin(partition, offset, stay);
  }

  @Override
  public void forget(Collection<TopicPartition> partitions) {
    publisher.forget(partitions);
  }

  @Override
  public CompletableFuture<Boolean> release(
      Map<TopicPartition, Long> offsets, ConsumerGroupMetadata group) {
    return publisher.release(offsets, group);
  }

  @Override
  public @Nullable String trouble() {
    return publisher.trouble();
  }
}
