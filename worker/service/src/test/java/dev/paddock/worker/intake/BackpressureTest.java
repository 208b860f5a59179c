package dev.paddock.worker.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.paddock.worker.Position;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.ledger.Ledger;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** When reading pauses, and when it goes on. */
class BackpressureTest {

  private static final TopicPartition PARTITION = new TopicPartition("requests", 0);
  private static final TopicPartition OTHER = new TopicPartition("requests", 1);
  private static final Set<TopicPartition> BOTH = Set.of(PARTITION, OTHER);
  private static final int REQUEST_BYTES = 100;

  private final Ledger ledger = new Ledger();

  private Backpressure backpressure(String... settings) {
    Map<String, String> all = new HashMap<>();
    for (String setting : settings) {
      all.put(setting.split("=", 2)[0], setting.split("=", 2)[1]);
    }
    return new Backpressure(Configuration.of(all), ledger);
  }

  private static Position at(long offset) {
    return new Position(PARTITION.topic(), PARTITION.partition(), offset);
  }

  private void receive(long from, long to) {
    for (long offset = from; offset < to; offset++) {
      ledger.receive(at(offset), REQUEST_BYTES);
    }
  }

  private void settle(long from, long to, int outcomeBytes) {
    for (long offset = from; offset < to; offset++) {
      ledger.settle(at(offset), ledger.pageNumber(PARTITION), outcomeBytes);
    }
  }

  @Test
  void outcomesBehindOneSlowRequestOfTheirPartitionDoNotStopTheReading() {
    Backpressure backpressure = backpressure("intake.max.in.flight=10");
    receive(0, 1);
    for (long offset = 1; offset < 1000; offset++) {
      receive(offset, offset + 1);
      assertEquals(Set.of(), backpressure.paused(BOTH));
      settle(offset, offset + 1, 10);
    }
  }

  @Test
  void readingStopsAtSoManyWithoutAnOutcomeAndGoesOnAtHalf() {
    Backpressure backpressure = backpressure("intake.max.in.flight=10");
    receive(0, 9);
    assertEquals(Set.of(), backpressure.paused(BOTH));
    receive(9, 10);
    assertEquals(Set.of(PARTITION), backpressure.paused(BOTH));
    settle(5, 10, 10);
    assertEquals(Set.of(PARTITION), backpressure.paused(BOTH));
    settle(4, 5, 10);
    assertEquals(Set.of(), backpressure.paused(BOTH));
  }

  @Test
  void readingStopsWhereOutcomesThatWaitTakeTooMuchMemory() {
    Backpressure backpressure = backpressure("intake.max.in.flight.bytes=64KiB");
    receive(0, 66);
    settle(1, 65, 900);
    assertEquals(Set.of(), backpressure.paused(BOTH));
    settle(65, 66, 1500);
    assertEquals(BOTH, backpressure.paused(BOTH));
    settle(0, 1, 10);
    ledger.commit(ledger.committable());
    assertEquals(Set.of(), backpressure.paused(BOTH));
  }

  @Test
  void whatIsWrittenAlreadyTakesNoMemory() {
    Backpressure backpressure =
        backpressure("intake.max.in.flight.bytes=64KiB", "delivery.guarantee=at-least-once");
    receive(0, 1000);
    assertEquals(BOTH, backpressure.paused(BOTH));
    for (long offset = 1; offset < 1000; offset++) {
      ledger.settle(at(offset));
    }
    assertEquals(Set.of(), backpressure.paused(BOTH));
  }

  @Test
  void aPartitionWithFewRequestsIsReadAlthoughAnotherHasFilledTheWorker() {
    Backpressure backpressure = backpressure("intake.max.in.flight=20");
    receive(0, 100);
    ledger.receive(new Position(OTHER.topic(), OTHER.partition(), 0), REQUEST_BYTES);
    assertEquals(Set.of(PARTITION), backpressure.paused(BOTH));
    for (int offset = 1; offset < 5; offset++) {
      ledger.receive(new Position(OTHER.topic(), OTHER.partition(), offset), REQUEST_BYTES);
    }
    assertEquals(BOTH, backpressure.paused(BOTH));
    ledger.settle(new Position(OTHER.topic(), OTHER.partition(), 3));
    assertEquals(Set.of(PARTITION), backpressure.paused(BOTH));
  }

  @Test
  void onlyWhatIsToBePausedIs() {
    try (MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest")) {
      consumer.assign(BOTH);
      Backpressure.pause(consumer, BOTH);
      assertEquals(BOTH, consumer.paused());
      Backpressure.pause(consumer, Set.of(OTHER));
      assertEquals(Set.of(OTHER), consumer.paused());
      Backpressure.pause(consumer, Set.of(PARTITION));
      assertEquals(Set.of(PARTITION), consumer.paused());
      Backpressure.pause(consumer, Set.of());
      assertEquals(Set.of(), consumer.paused());
    }
  }

  @Test
  void aPartitionThatIsLostBeforeItIsPausedOrResumedIsNoTrouble() {
    try (MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest")) {
      consumer.assign(Set.of(OTHER));
      assertThrows(IllegalStateException.class, () -> consumer.pause(BOTH));
      Backpressure.pause(consumer, BOTH);
      assertEquals(Set.of(OTHER), consumer.assignment());
    }
  }
}
