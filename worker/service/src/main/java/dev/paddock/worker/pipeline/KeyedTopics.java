package dev.paddock.worker.pipeline;

import dev.paddock.worker.config.Configuration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which topics take no records without a key, because they are compacted. Kafka would say
 * so of every such record, too, but at the price of a transaction or a batch each.
 */
final class KeyedTopics {

  private static final Logger LOG = LoggerFactory.getLogger(KeyedTopics.class);

  private static final long PATIENCE_SECONDS = 20;

  private KeyedTopics() {}

  /** Those among these topics that are compacted; none where Kafka does not tell. */
  static Set<String> among(Collection<String> topics, Configuration configuration)
      throws InterruptedException {
    if (topics.isEmpty()) {
      return Set.of();
    }
    try (Admin admin = Admin.create(configuration.kafka().admin())) {
      return admin
          .describeConfigs(
              topics.stream()
                  .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                  .toList())
          .all()
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
          .entrySet()
          .stream()
          .filter(entry -> isCompacted(entry.getValue()))
          .map(entry -> entry.getKey().name())
          .collect(Collectors.toSet());
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      LOG.info("It is not known which of {} are compacted: {}", topics, e.toString());
      return Set.of();
    }
  }

  private static boolean isCompacted(Config config) {
    ConfigEntry policy = config.get(TopicConfig.CLEANUP_POLICY_CONFIG);
    return policy != null && policy.value().contains(TopicConfig.CLEANUP_POLICY_COMPACT);
  }
}
