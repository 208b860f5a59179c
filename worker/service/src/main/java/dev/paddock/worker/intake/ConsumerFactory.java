package dev.paddock.worker.intake;

import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.IntakeConfig;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Makes consumers of requests: what users set, between what Paddock suggests and what it owns. */
public final class ConsumerFactory {

  private static final int RECORDS_PER_POLL = 500;

  /**
   * Few, so that workers get even shares of what there is, and enough for one round trip to the
   * broker to cost little beside them.
   */
  private static final int RECORDS_PER_SHARED_BATCH = 32;

  private ConsumerFactory() {}

  /**
   * A consumer that is one of several, which share what may be in flight.
   *
   * @param clientId its own
   * @param count how many there are
   */
  static ShareConsumer<byte[], byte[]> createShared(
      Configuration configuration, String clientId, int count) {
    IntakeConfig intake = configuration.intake();
    int most = Math.max(1, intake.maxInFlight() / count);
    long bytes =
        Math.min(intake.maxInFlightBytes() / count, ConsumerConfig.DEFAULT_FETCH_MAX_BYTES);
    Map<String, Object> properties = new HashMap<>();
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RECORDS_PER_SHARED_BATCH);
    properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, (int) bytes);
    properties.putAll(configuration.kafka().consumer());
    limitPolls(properties, most);
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, intake.group());
    properties.put(ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG, "explicit");
    // Otherwise a batch is as large as a producer's was.
    properties.put(ConsumerConfig.SHARE_ACQUIRE_MODE_CONFIG, "record_limit");
    return new KafkaShareConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** A consumer that has subscribed to nothing yet. */
  public static KafkaConsumer<byte[], byte[]> create(Configuration configuration) {
    return new KafkaConsumer<>(
        properties(configuration), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** What such a consumer is given. */
  static Map<String, Object> properties(Configuration configuration) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, configuration.workerId());
    // What was asked before the first worker came counts too.
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RECORDS_PER_POLL);
    properties.putAll(configuration.kafka().consumer());
    // One poll may go this far beyond what may be in flight.
    limitPolls(properties, configuration.intake().maxInFlight());
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, configuration.intake().group());
    properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, configuration.intake().protocol());
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    if (configuration.intake().instanceId() != null) {
      properties.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, configuration.intake().instanceId());
    }
    return properties;
  }

  private static void limitPolls(Map<String, Object> properties, int most) {
    properties.computeIfPresent(
        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
        (_, set) -> Math.min(most, Integer.parseInt(set.toString().strip())));
  }
}
