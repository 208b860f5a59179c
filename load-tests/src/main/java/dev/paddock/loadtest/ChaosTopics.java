package dev.paddock.loadtest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;

import dev.paddock.loadtest.ChaosMix.Entry;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.Violation;
import dev.paddock.worker.cli.CommandFailure;
import dev.paddock.worker.config.Configuration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Sends requests, and hands what is committed in the other two topics to the audit. */
final class ChaosTopics implements AutoCloseable {

  private static final long LOOK_MILLIS = 200;

  /** Far longer than the last transactions need to end. */
  private static final long DOUBT_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Configuration configuration;
  private final ChaosAudit audit;
  private final String requests;
  private final String results;
  private final Serializer<Object> serializer;
  private final Deserializer<Object> deserializer;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final AtomicReference<@Nullable Exception> sendFailure = new AtomicReference<>();

  ChaosTopics(Configuration configuration, ChaosAudit audit) {
    this.configuration = configuration;
    this.audit = audit;
    requests = configuration.topics().requests();
    results = configuration.topics().results();
    Map<String, Object> serde = configuration.registry().serdeProperties();
    serializer = configuration.serialization().newSerializer(serde);
    deserializer = configuration.serialization().newDeserializer(serde);
    Map<String, Object> producing = new HashMap<>(configuration.kafka().producer());
    producing.put(ProducerConfig.ACKS_CONFIG, "all");
    producing.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    producer = new KafkaProducer<>(producing, new ByteArraySerializer(), new ByteArraySerializer());
    consumer = Clients.reader(configuration);
    consumer.assign(
        Stream.of(results, configuration.topics().violations())
            .flatMap(this::partitionsOf)
            .toList());
  }

  private Stream<TopicPartition> partitionsOf(String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(info.topic(), info.partition()));
  }

  /**
   * Sends one, without waiting for it to be there.
   *
   * @throws CommandFailure where an earlier one could not be sent
   */
  void send(Entry entry) {
    Exception failure = sendFailure.get();
    if (failure != null) {
      throw new CommandFailure("A request could not be sent: " + failure.getMessage());
    }
    audit.asked(entry);
    byte[] value = serializer.serialize(requests, entry.request());
    var _ =
        producer.send(
            new ProducerRecord<>(requests, entry.key().getBytes(UTF_8), value),
            (_, refused) -> sendFailure.compareAndSet(null, refused));
  }

  /** Hands on what is there, after waiting so long for the first. */
  void read(Duration wait) {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
      Object value = deserializer.deserialize(record.topic(), record.headers(), record.value());
      if (record.topic().equals(results)) {
        audit.result(new String(record.key(), UTF_8), (ExecutionResult) value);
      } else {
        audit.violation((Violation) value);
      }
    }
  }

  /**
   * Hands on everything to the very end. The consumer does not know of what stands behind a
   * transaction that is still open, so the end is asked for, and waited for until it can be read.
   *
   * @return partitions that could not be read to their end, in words
   */
  List<String> readToTheEnd() throws ExecutionException, InterruptedException {
    Map<TopicPartition, ListOffsetsResultInfo> ends;
    try (Admin admin = Admin.create(configuration.kafka().admin())) {
      ends =
          admin
              .listOffsets(
                  consumer.assignment().stream()
                      .collect(toMap(Function.identity(), _ -> OffsetSpec.latest())),
                  new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
              .all()
              .get();
    }
    long begun = System.nanoTime();
    while (true) {
      List<String> unread =
          ends.entrySet().stream()
              .filter(end -> consumer.position(end.getKey()) < end.getValue().offset())
              .map(
                  end ->
                      "%s is read up to %d and ends at %d, where a transaction may be open"
                          .formatted(
                              end.getKey(),
                              consumer.position(end.getKey()),
                              end.getValue().offset()))
              .toList();
      if (unread.isEmpty() || System.nanoTime() - begun > DOUBT_NANOS) {
        return unread;
      }
      read(Duration.ofMillis(100));
    }
  }

  /** Partitions of requests whose committed offset is not their end, in words. */
  List<String> uncommitted() throws ExecutionException, InterruptedException {
    List<TopicPartition> partitions = partitionsOf(requests).toList();
    Map<TopicPartition, OffsetAndMetadata> committed = committed(partitions);
    List<String> found = new ArrayList<>();
    consumer
        .endOffsets(partitions)
        .forEach(
            (partition, end) -> {
              OffsetAndMetadata offset = committed.get(partition);
              if (end > 0 && (offset == null || !Objects.equals(offset.offset(), end))) {
                found.add(
                    "%s is committed up to %s and ends at %d".formatted(partition, offset, end));
              }
            });
    return found;
  }

  /** What is in a transaction that is still open is left out; asks a while for it to end. */
  private Map<TopicPartition, OffsetAndMetadata> committed(List<TopicPartition> partitions)
      throws ExecutionException, InterruptedException {
    String group = configuration.intake().group();
    ListConsumerGroupOffsetsSpec spec =
        new ListConsumerGroupOffsetsSpec().topicPartitions(partitions);
    long begun = System.nanoTime();
    try (Admin admin = Admin.create(configuration.kafka().admin())) {
      while (true) {
        Map<TopicPartition, OffsetAndMetadata> committed =
            admin
                .listConsumerGroupOffsets(
                    Map.of(group, spec), new ListConsumerGroupOffsetsOptions().requireStable(true))
                .partitionsToOffsetAndMetadata(group)
                .get();
        if (committed.keySet().containsAll(partitions) || System.nanoTime() - begun > DOUBT_NANOS) {
          return committed;
        }
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      }
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
    consumer.close();
    serializer.close();
    deserializer.close();
  }
}
