package dev.paddock.worker.intake;

import dev.paddock.worker.config.Configuration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Makes the consumer of requests: what users set, between what Paddock suggests and what it owns.
 */
public final class ConsumerFactory {

  private static final int MOST_RECORDS_PER_POLL = 500;

  private ConsumerFactory() {}

  /** A consumer that has subscribed to nothing yet. */
  public static KafkaConsumer<byte[], byte[]> create(Configuration configuration) {
    int most = Math.min(MOST_RECORDS_PER_POLL, configuration.intake().maxInFlight());
    Map<String, Object> properties = new HashMap<>();
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, configuration.workerId());
    // What was asked before the first worker came counts too.
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    // One poll may go this far beyond what may be in flight.
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, most);
    properties.putAll(configuration.kafka().consumer());
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, configuration.intake().group());
    properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, configuration.intake().protocol());
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    if (configuration.intake().instanceId() != null) {
      properties.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, configuration.intake().instanceId());
    }
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
