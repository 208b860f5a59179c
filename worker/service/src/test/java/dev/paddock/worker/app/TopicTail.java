package dev.paddock.worker.app;

import dev.paddock.worker.config.Configuration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Everything that was ever written to a topic, and committed where that was in a transaction. */
final class TopicTail<T> implements AutoCloseable {

  /** A record, and the partition of this topic that it is in. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Entry<T>(byte @Nullable [] key, T value, int partition) {}

  private final Class<T> type;
  private final Deserializer<Object> deserializer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<Entry<T>> entries = new ArrayList<>();

  private TopicTail(
      Class<T> type, Deserializer<Object> deserializer, KafkaConsumer<byte[], byte[]> consumer) {
    this.type = type;
    this.deserializer = deserializer;
    this.consumer = consumer;
  }

  static <T> TopicTail<T> of(Configuration configuration, String topic, Class<T> type) {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            configuration.kafka().reader(),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.assign(
        IntStream.range(0, configuration.topics().partitions())
            .mapToObj(partition -> new TopicPartition(topic, partition))
            .toList());
    return new TopicTail<>(
        type,
        configuration.serialization().newDeserializer(configuration.registry().serdeProperties()),
        consumer);
  }

  /** All that there is by now, to the very end. */
  List<Entry<T>> read() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
        Object value = deserializer.deserialize(record.topic(), record.headers(), record.value());
        entries.add(new Entry<>(record.key(), type.cast(value), record.partition()));
      }
    }
    return List.copyOf(entries);
  }

  @Override
  public String toString() {
    return type.getSimpleName();
  }

  @Override
  public void close() {
    consumer.close();
    deserializer.close();
  }
}
