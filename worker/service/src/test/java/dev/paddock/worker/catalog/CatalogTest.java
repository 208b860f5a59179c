package dev.paddock.worker.catalog;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.schemas.CatalogScript;
import dev.paddock.schemas.TrustedContracts;
import dev.paddock.worker.config.Configuration;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a worker knows of the catalog, and when, over consumers that do as they are told. */
class CatalogTest {

  static {
    TrustedContracts.trust();
  }

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String TOPIC = "scripts";
  private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

  /** The records of the topic, by what their values say. */
  private static final List<CatalogScript> RECORDS =
      List.of(script(1).build(), script(1).setDisabled(true).build(), script(2).build());

  @Test
  void whatWasKnownCountsUntilAllIsKnownAgain() throws Exception {
    MockConsumer<byte[], byte[]> first = consumer(3);
    MockConsumer<byte[], byte[]> second = consumer(2);
    Iterator<MockConsumer<byte[], byte[]>> consumers = List.of(first, second).iterator();
    CompletableFuture<@Nullable CatalogScript> seenInTheMiddle = new CompletableFuture<>();
    try (Catalog catalog =
        new Catalog(
            Configuration.of(Map.of()),
            () -> new CatalogTail(TOPIC, consumers.next(), (_, value) -> RECORDS.get(value[0])))) {
      first.schedulePollTask(
          () -> {
            add(first, 0);
            add(first, 1);
            add(first, 2);
          });
      first.schedulePollTask(() -> first.setPollException(new KafkaException("broken off")));
      // By now version 2 is gone from the topic.
      second.schedulePollTask(() -> add(second, 0));
      second.schedulePollTask(
          () -> {
            seenInTheMiddle.complete(catalog.find("t", "s", 1));
            add(second, 1);
          });

      catalog.start();
      assertTrue(catalog.awaitLoaded(PATIENCE));
      assertEquals(RECORDS.get(1), seenInTheMiddle.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
      Awaitility.await("that version 2 is forgotten")
          .atMost(PATIENCE)
          .until(() -> catalog.find("t", "s", 2) == null);
      assertEquals(RECORDS.get(1), catalog.find("t", "s", 1));
    }
  }

  @Test
  void anEmptyCatalogIsKnownBeforeAnythingIsWaitedFor() throws Exception {
    MockConsumer<byte[], byte[]> consumer = consumer(0);
    CountDownLatch known = new CountDownLatch(1);
    consumer.schedulePollTask(() -> assertDoesNotThrow(() -> known.await()));
    try (Catalog catalog =
        new Catalog(
            Configuration.of(Map.of()),
            () -> new CatalogTail(TOPIC, consumer, (_, value) -> RECORDS.get(value[0])))) {
      catalog.start();
      assertTrue(catalog.awaitLoaded(PATIENCE));
      known.countDown();
    }
  }

  private static MockConsumer<byte[], byte[]> consumer(long end) {
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    consumer.updatePartitions(
        TOPIC, List.of(new PartitionInfo(TOPIC, PARTITION.partition(), null, null, null)));
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    consumer.updateEndOffsets(Map.of(PARTITION, end));
    return consumer;
  }

  private static void add(MockConsumer<byte[], byte[]> consumer, int record) {
    consumer.addRecord(
        new ConsumerRecord<>(
            TOPIC,
            PARTITION.partition(),
            record,
            ScriptKey.of(RECORDS.get(record)).bytes(),
            new byte[] {(byte) record}));
  }

  private static CatalogScript.Builder script(int version) {
    return CatalogScript.newBuilder()
        .setTenant("t")
        .setId("s")
        .setVersion(version)
        .setSource("")
        .setSha256("")
        .setCreated(Instant.EPOCH);
  }
}
