package dev.paddock.loadtest;

import dev.paddock.worker.config.Configuration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Kafka clients that measurements use themselves, beside the workers'. */
final class Clients {

  private Clients() {}

  static KafkaProducer<byte[], byte[]> producer(Configuration configuration) {
    return new KafkaProducer<>(
        configuration.kafka().producer(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** In no group, and reads nothing until it is assigned something. */
  static KafkaConsumer<byte[], byte[]> reader(Configuration configuration) {
    return new KafkaConsumer<>(
        configuration.kafka().reader(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** All partitions of a topic that was made by this configuration. */
  static List<TopicPartition> partitions(Configuration configuration, String topic) {
    return IntStream.range(0, configuration.topics().partitions())
        .mapToObj(partition -> new TopicPartition(topic, partition))
        .toList();
  }
}
