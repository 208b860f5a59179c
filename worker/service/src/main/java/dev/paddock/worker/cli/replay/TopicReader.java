package dev.paddock.worker.cli.replay;

import dev.paddock.worker.config.Configuration;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads what is committed in stretches of a topic, in no consumer group. For one thread. */
final class TopicReader implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String topic;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;

  /**
   * The offsets from one up to another.
   *
   * @param from the first
   * @param to the one behind the last
   */
  record Stretch(long from, long to) {

    long length() {
      return Math.max(0, to - from);
    }

    static long total(Map<Integer, Stretch> stretches) {
      return stretches.values().stream().mapToLong(Stretch::length).sum();
    }
  }

  /** What is shown the records. */
  interface Visitor {

    /** Looks at a record, and says whether it wants more. */
    boolean visit(ConsumerRecord<byte[], byte[]> record) throws IOException, InterruptedException;
  }

  TopicReader(Configuration settings, String topic) {
    this.topic = topic;
    Map<String, Object> properties = settings.kafka().reader();
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, settings.workerId() + "-replay");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .sorted(Comparator.comparingInt(TopicPartition::partition))
            .toList();
  }

  String topic() {
    return topic;
  }

  /**
   * What is there between two moments, in the order of partitions, as the records' timestamps say.
   *
   * @param since null for the first record that is left
   * @param until null for the last one by now
   */
  Map<Integer, Stretch> between(@Nullable Instant since, @Nullable Instant until) {
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    Map<Integer, Long> from = since == null ? byPartition(begins) : at(since, ends);
    Map<Integer, Long> to = until == null ? byPartition(ends) : at(until, ends);
    Map<Integer, Stretch> stretches = new TreeMap<>();
    for (TopicPartition one : partitions) {
      int partition = one.partition();
      stretches.put(
          partition, new Stretch(from.getOrDefault(partition, 0L), to.getOrDefault(partition, 0L)));
    }
    return stretches;
  }

  /**
   * Shows records to a visitor, those of all partitions in turns, until it has seen enough.
   *
   * @return whether it still wanted more at the end
   * @throws TimeoutException where Kafka gives nothing for a minute
   */
  boolean read(Map<Integer, Stretch> stretches, Visitor visitor)
      throws IOException, InterruptedException {
    Map<TopicPartition, Stretch> open = new HashMap<>();
    stretches.forEach(
        (partition, stretch) -> {
          if (stretch.length() > 0) {
            open.put(new TopicPartition(topic, partition), stretch);
          }
        });
    consumer.assign(open.keySet());
    open.forEach((partition, stretch) -> consumer.seek(partition, stretch.from()));
    long position = 0;
    long movedNanos = System.nanoTime();
    while (!open.isEmpty()) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        Stretch stretch = open.get(new TopicPartition(topic, record.partition()));
        if (stretch != null && record.offset() < stretch.to() && !visitor.visit(record)) {
          return false;
        }
      }
      if (open.entrySet().removeIf(this::isRead)) {
        consumer.assign(open.keySet());
      }
      long now = open.keySet().stream().mapToLong(consumer::position).sum();
      if (now != position) {
        position = now;
        movedNanos = System.nanoTime();
      } else if (System.nanoTime() - movedNanos > PATIENCE.toNanos()) {
        throw new TimeoutException(
            "Nothing more came of topic %s for %d s".formatted(topic, PATIENCE.toSeconds()));
      }
    }
    return true;
  }

  private boolean isRead(Entry<TopicPartition, Stretch> one) {
    return consumer.position(one.getKey()) >= one.getValue().to();
  }

  @Override
  public void close() {
    consumer.close();
  }

  private Map<Integer, Long> at(Instant moment, Map<TopicPartition, Long> ends) {
    Map<TopicPartition, OffsetAndTimestamp> found =
        consumer.offsetsForTimes(
            partitions.stream()
                .collect(Collectors.toMap(one -> one, _ -> Math.max(0, moment.toEpochMilli()))));
    Map<Integer, Long> offsets = byPartition(ends);
    found.forEach(
        (partition, one) -> {
          if (one != null) {
            offsets.put(partition.partition(), one.offset());
          }
        });
    return offsets;
  }

  private static Map<Integer, Long> byPartition(Map<TopicPartition, Long> offsets) {
    Map<Integer, Long> byPartition = new HashMap<>();
    offsets.forEach((partition, offset) -> byPartition.put(partition.partition(), offset));
    return byPartition;
  }
}
