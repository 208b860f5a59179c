package dev.paddock.worker.catalog;

import dev.paddock.schemas.CatalogScript;
import dev.paddock.worker.LogKeys;
import dev.paddock.worker.Position;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.RegistryTrouble;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the catalog's topic from its beginning into {@link ScriptVersions} of its own. Where that
 * fails, a new one begins anew. For one thread, but for {@link #wakeup}.
 */
final class CatalogTail implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CatalogTail.class);

  private final String topic;
  private final ScriptVersions versions = new ScriptVersions();
  private final Consumer<byte[], byte[]> consumer;
  private final Deserializer<Object> deserializer;

  CatalogTail(Configuration configuration) {
    this(
        configuration.topics().scripts(),
        consumer(configuration),
        configuration.serialization().newDeserializer(configuration.registry().serdeProperties()));
  }

  CatalogTail(String topic, Consumer<byte[], byte[]> consumer, Deserializer<Object> deserializer) {
    this.topic = topic;
    this.consumer = consumer;
    this.deserializer = deserializer;
  }

  private static Consumer<byte[], byte[]> consumer(Configuration configuration) {
    Map<String, Object> properties = configuration.kafka().reader();
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, configuration.workerId() + "-catalog");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** What has been read so far, and is read from now on. */
  ScriptVersions versions() {
    return versions;
  }

  /**
   * Looks for the topic and begins at its beginning.
   *
   * @return whether there is one
   * @throws org.apache.kafka.common.KafkaException where Kafka does not answer or refuses
   */
  boolean open(Duration timeout) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic, timeout).stream()
            .map(partition -> new TopicPartition(topic, partition.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return !partitions.isEmpty();
  }

  /** Whether everything was read that had been written when this was called. */
  boolean isAtEnd(Duration timeout) {
    return consumer.endOffsets(consumer.assignment(), timeout).entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey(), timeout) >= end.getValue());
  }

  /**
   * Waits for more and takes it.
   *
   * @throws RuntimeException where Kafka or the registry cannot be used; a part may be missing then
   */
  void read(Duration timeout) {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(timeout)) {
      try {
        take(record);
      } catch (RuntimeException e) {
        if (RegistryTrouble.isReason(e)) {
          throw e;
        }
        skip(record, RegistryTrouble.reasons(e));
      }
    }
  }

  /** Ends what the reading thread waits for, now or next, with a WakeupException. */
  void wakeup() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close();
    deserializer.close();
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    ScriptKey key = ScriptKey.read(record.key());
    if (key == null) {
      skip(record, "its key is not tenant/id/version");
    } else if (record.value() == null) {
      versions.remove(key);
    } else if (deserializer.deserialize(topic, record.headers(), record.value())
            instanceof CatalogScript script
        && ScriptKey.of(script).equals(key)) {
      versions.put(script);
    } else {
      skip(record, "it is not the CatalogScript that its key says");
    }
  }

  private static void skip(ConsumerRecord<?, ?> record, String reason) {
    LOG.atWarn()
        .addKeyValue(
            LogKeys.POSITION, new Position(record.topic(), record.partition(), record.offset()))
        .log("A record is left out of the catalog: {}", reason);
  }
}
