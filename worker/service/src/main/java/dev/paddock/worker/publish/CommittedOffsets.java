package dev.paddock.worker.publish;

import dev.paddock.worker.config.Configuration;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks Kafka how far the group has come, without what is in a transaction that is still open. */
final class CommittedOffsets {

  private static final Logger LOG = LoggerFactory.getLogger(CommittedOffsets.class);

  private static final Duration BACK_OFF = Duration.ofMillis(500);

  private final String group;
  private final Map<String, Object> properties;

  CommittedOffsets(Configuration configuration) {
    this.group = configuration.intake().group();
    this.properties = new HashMap<>();
    properties.put(AdminClientConfig.CLIENT_ID_CONFIG, configuration.workerId());
    properties.putAll(configuration.kafka().admin());
  }

  /**
   * Whether all of these offsets are committed; asks until Kafka answers.
   *
   * @throws KafkaException where Kafka refuses to answer
   */
  boolean reach(Map<TopicPartition, Long> offsets) throws InterruptedException {
    try (Admin admin = Admin.create(properties)) {
      Map<TopicPartition, OffsetAndMetadata> committed = read(admin, offsets.keySet());
      return offsets.entrySet().stream()
          .allMatch(
              entry -> {
                OffsetAndMetadata reached = committed.get(entry.getKey());
                return reached != null && reached.offset() >= entry.getValue();
              });
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> read(Admin admin, Set<TopicPartition> partitions)
      throws InterruptedException {
    ListConsumerGroupOffsetsSpec spec =
        new ListConsumerGroupOffsetsSpec().topicPartitions(List.copyOf(partitions));
    while (true) {
      try {
        // The client leaves out what is in doubt. No transaction of ours is open by now, so that is
        // none that could still be committed; it may stay in doubt for good.
        return admin
            .listConsumerGroupOffsets(
                Map.of(group, spec), new ListConsumerGroupOffsetsOptions().requireStable(true))
            .partitionsToOffsetAndMetadata(group)
            .get();
      } catch (ExecutionException e) {
        if (TransactionTrouble.of(e) == TransactionTrouble.FATAL) {
          throw new KafkaException("The group's offsets cannot be read", e.getCause());
        }
        LOG.debug("The group's offsets cannot be read, which is tried again", e);
        Thread.sleep(BACK_OFF);
      }
    }
  }
}
