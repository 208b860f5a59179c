package dev.paddock.worker.publish;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.local.testing.OnAnyServices;
import dev.paddock.local.testing.Services;
import dev.paddock.worker.Outcome;
import dev.paddock.worker.Spans;
import dev.paddock.worker.app.SharedServices;
import dev.paddock.worker.app.Topics;
import dev.paddock.worker.config.Configuration;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is released and when, without a reader; keys are the requests' offsets. */
@OnAnyServices
@ExtendWith(SharedServices.class)
@SuppressWarnings("removal") // of ways to make a membership: a reader's own would not be stale
class TransactionalPublisherTest {

  private final Queue<Long> kept = new ConcurrentLinkedQueue<>();
  private final Configuration configuration;
  private final TopicPartition partition;

  TransactionalPublisherTest(Services services) {
    configuration =
        PublisherTest.configuration(
            services,
            Map.of(
                "delivery.guarantee", "exactly-once",
                "topics.partitions", "1",
                "kafka.producer.max.block.ms", "10000"));
    partition = new TopicPartition(configuration.topics().requests(), 0);
  }

  @BeforeEach
  void makeTopics() throws InterruptedException {
    Topics.create(configuration);
  }

  private TransactionalPublisher publisher() throws InterruptedException {
    TransactionalPublisher publisher =
        new TransactionalPublisher(
            configuration,
            configuration.serialization().newSerializer(configuration.registry().serdeProperties()),
            (_, _, _) -> List.of(),
            Spans.NONE,
            (position, stay, _) -> kept.add(stay * 1000 + position.offset()),
            _ -> {},
            Clock.systemUTC());
    publisher.start(Duration.ofSeconds(20));
    return publisher;
  }

  private void accept(TransactionalPublisher publisher, long... offsets) {
    for (long offset : offsets) {
      publisher.accept(
          PublisherTest.success(partition.topic(), offset, new byte[] {(byte) offset}));
    }
  }

  private boolean release(TransactionalPublisher publisher, long offset) throws Exception {
    return release(publisher, offset, nobody());
  }

  private boolean release(
      TransactionalPublisher publisher, long offset, ConsumerGroupMetadata group) throws Exception {
    return publisher.release(Map.of(partition, offset), group).get(60, TimeUnit.SECONDS);
  }

  /** A group without members takes offsets from anybody who does not claim to be one. */
  private ConsumerGroupMetadata nobody() {
    return new ConsumerGroupMetadata(configuration.intake().group());
  }

  /**
   * Keys of the results that are committed, in their order. A commit is answered before its marker
   * is in each partition, so this waits until nothing is in doubt.
   */
  private List<Integer> written() throws ExecutionException, InterruptedException {
    TopicPartition results = new TopicPartition(configuration.topics().results(), 0);
    long end;
    try (Admin admin = Admin.create(configuration.kafka().admin())) {
      end = end(admin, results, IsolationLevel.READ_UNCOMMITTED);
      await("the last transaction to end")
          .atMost(60, TimeUnit.SECONDS)
          .until(() -> end(admin, results, IsolationLevel.READ_COMMITTED) >= end);
    }
    Map<String, Object> properties = new HashMap<>(configuration.kafka().consumer());
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    List<Integer> keys = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(results));
      while (consumer.position(results) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          keys.add((int) record.key()[0]);
        }
      }
    }
    return keys;
  }

  private static long end(Admin admin, TopicPartition partition, IsolationLevel isolation)
      throws ExecutionException, InterruptedException {
    return admin
        .listOffsets(Map.of(partition, OffsetSpec.latest()), new ListOffsetsOptions(isolation))
        .partitionResult(partition)
        .get()
        .offset();
  }

  private long committed() {
    String group = configuration.intake().group();
    Map<String, ListConsumerGroupOffsetsSpec> spec =
        Map.of(group, new ListConsumerGroupOffsetsSpec().topicPartitions(List.of(partition)));
    try (Admin admin = Admin.create(configuration.kafka().admin())) {
      return Optional.ofNullable(
              await("the offset to be in no transaction")
                  .atMost(60, TimeUnit.SECONDS)
                  .until(
                      () ->
                          admin
                              .listConsumerGroupOffsets(
                                  spec, new ListConsumerGroupOffsetsOptions().requireStable(true))
                              .partitionsToOffsetAndMetadata(group)
                              .get(),
                      found -> found.containsKey(partition))
                  .get(partition))
          .map(offset -> offset.offset())
          .orElse(-1L);
    }
  }

  @Test
  void onlyWhatIsReleasedIsWrittenOnceInTheOrderOfOffsetsAndWithTheOffset() throws Exception {
    try (TransactionalPublisher publisher = publisher()) {
      publisher.begin(partition, 5, 1);
      accept(publisher, 9, 5, 7, 6);
      assertTrue(release(publisher, 7));
      assertEquals(List.of(5, 6), written());
      assertEquals(7, committed());
      accept(publisher, 8, 6);
      assertTrue(release(publisher, 10));
      assertEquals(List.of(5, 6, 7, 8, 9), written());
      assertEquals(10, committed());
      assertEquals(List.of(1009L, 1005L, 1007L, 1006L, 1008L), List.copyOf(kept));
    }
  }

  @Test
  void whatIsNotOrNoLongerOursIsNeitherKeptNorWritten() throws Exception {
    try (TransactionalPublisher publisher = publisher()) {
      accept(publisher, 1);
      publisher.begin(partition, 2, 1);
      accept(publisher, 1, 2, 3);
      publisher.forget(List.of(partition));
      accept(publisher, 4);
      publisher.begin(partition, 3, 2);
      accept(publisher, 2, 4);
      assertTrue(release(publisher, 9));
      assertEquals(List.of(4), written());
      assertEquals(List.of(1002L, 1003L, 2004L), List.copyOf(kept));
    }
  }

  @Test
  void whatWasReadInAnEarlierStayIsWrittenOnlyAfterItHasRunAgain() throws Exception {
    try (TransactionalPublisher publisher = publisher()) {
      publisher.begin(partition, 0, 1);
      Outcome early = PublisherTest.success(partition.topic(), 1, new byte[] {11});
      publisher.forget(List.of(partition));
      publisher.begin(partition, 0, 2);
      publisher.accept(early);
      accept(publisher, 0, 1);
      assertTrue(release(publisher, 2));
      assertEquals(List.of(0, 1), written());
      assertEquals(List.of(2000L, 2001L), List.copyOf(kept));
    }
  }

  @Test
  void aGroupThatHasGoneOnRefusesTheTransactionAndWhatIsKeptGoesWithTheNext() throws Exception {
    try (TransactionalPublisher publisher = publisher()) {
      publisher.begin(partition, 0, 1);
      accept(publisher, 0, 1);
      assertTrue(release(publisher, 1));
      ConsumerGroupMetadata stale =
          new ConsumerGroupMetadata(
              configuration.intake().group(), 7, "nobody-knows-me", Optional.empty());
      assertFalse(release(publisher, 2, stale));
      assertEquals(List.of(0), written());
      assertEquals(1, committed());
      assertTrue(release(publisher, 2));
      assertEquals(List.of(0, 1), written());
      assertEquals(2, committed());
    }
  }

  @Test
  void aProducerThatIsFencedIsReplacedAndTheTransactionMadeAgain() throws Exception {
    try (TransactionalPublisher publisher = publisher()) {
      publisher.begin(partition, 0, 1);
      accept(publisher, 0, 1, 2);
      assertTrue(release(publisher, 1));
      fence();
      assertTrue(release(publisher, 2));
      assertTrue(release(publisher, 3));
      assertEquals(List.of(0, 1, 2), written());
      assertEquals(3, committed());
    }
  }

  /** What the coordinator does to a transaction that takes too long: it raises the epoch. */
  private void fence() throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(configuration.kafka().admin())) {
      String prefix = "paddock-" + configuration.intake().group() + "-" + configuration.workerId();
      List<String> ids =
          admin.listTransactions().all().get().stream()
              .map(listing -> listing.transactionalId())
              .filter(id -> id.startsWith(prefix))
              .toList();
      assertEquals(1, ids.size(), "the worker has one transactional id of its own");
      admin.fenceProducers(ids).all().get();
    }
  }

  @Test
  void whatCanNeverBeWrittenIsAFailureAfterWhichNothingIsReleased() throws Exception {
    PublisherTest.refuseRecordsWithoutKey(configuration);
    try (TransactionalPublisher publisher = publisher()) {
      publisher.begin(partition, 0, 1);
      accept(publisher, 0);
      publisher.accept(PublisherTest.success(partition.topic(), 1, null));
      accept(publisher, 2);
      assertTrue(release(publisher, 1));
      assertFalse(release(publisher, 3));
      ExecutionException failure =
          assertThrows(
              ExecutionException.class, () -> publisher.failure().get(20, TimeUnit.SECONDS));
      String message = String.valueOf(failure.getMessage());
      assertTrue(message.contains(partition.topic() + "-0-1 cannot be written"), message);
      assertFalse(release(publisher, 1));
      assertEquals(List.of(0), written());
      assertEquals(1, committed());
    }
  }
}
