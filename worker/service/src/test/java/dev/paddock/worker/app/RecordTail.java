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

/** Everything that was ever written to a topic, and committed where that was in a transaction. */
final class RecordTail implements AutoCloseable {

  private final String topic;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

  RecordTail(Configuration configuration, String topic) {
    this.topic = topic;
    this.consumer =
        new KafkaConsumer<>(
            configuration.kafka().reader(),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.assign(
        IntStream.range(0, configuration.topics().partitions())
            .mapToObj(partition -> new TopicPartition(topic, partition))
            .toList());
  }

  /** All that there is by now, to the very end. */
  List<ConsumerRecord<byte[], byte[]>> read() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      consumer.poll(Duration.ofMillis(50)).forEach(records::add);
    }
    return List.copyOf(records);
  }

  @Override
  public String toString() {
    return topic;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
