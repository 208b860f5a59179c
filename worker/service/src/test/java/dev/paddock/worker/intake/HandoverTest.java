package dev.paddock.worker.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.worker.Position;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.ledger.Ledger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is committed while a partition is given up. */
class HandoverTest {

  private static final TopicPartition GIVEN_UP = new TopicPartition("requests", 0);
  private static final TopicPartition KEPT = new TopicPartition("requests", 1);

  private final Clock clock = Clock.systemUTC();
  private final Ledger ledger = new Ledger();
  private final Settlements settlements = new Settlements(ledger, () -> {});
  private final List<Map<TopicPartition, Long>> released = new ArrayList<>();
  private final List<List<TopicPartition>> given = new ArrayList<>();
  private final List<Predicate<Position>> forgotten = new ArrayList<>();

  /** Commits at once; and once the kept partition's are, the last one that runs is done. */
  private final Transactions transactions =
      new Transactions() {
        @Override
        public void begin(TopicPartition partition, long offset, long stay) {
          // not looked at
        }

        @Override
        public void forget(Collection<TopicPartition> partitions) {
          given.add(List.copyOf(partitions));
        }

        @Override
        public CompletableFuture<Boolean> release(
            Map<TopicPartition, Long> offsets, ConsumerGroupMetadata group) {
          released.add(Map.copyOf(offsets));
          settle(GIVEN_UP);
          return CompletableFuture.completedFuture(true);
        }

        @Override
        public @Nullable String trouble() {
          return null;
        }
      };

  private void settle(TopicPartition partition) {
    settlements.add(first(partition), ledger.pageNumber(partition), 1);
  }

  private Handover handover(MockConsumer<byte[], byte[]> consumer, Instant until) {
    return new Handover(
        ledger,
        new Undecided(new RequestReader((_, _) -> "", clock), clock),
        settlements,
        new TransactionCommits(
            transactions, consumer, ledger, Configuration.of(Map.of()), clock, () -> {}),
        forgotten::add,
        () -> until,
        clock);
  }

  private void receiveTheFirstOfBoth() {
    for (TopicPartition partition : List.of(GIVEN_UP, KEPT)) {
      var _ = ledger.receive(first(partition), 1);
    }
  }

  private static Position first(TopicPartition partition) {
    return new Position(partition.topic(), partition.partition(), 0);
  }

  private void assertOnlyTheGivenUpIsForgotten() {
    assertEquals(1, forgotten.size());
    assertTrue(forgotten.getFirst().test(first(GIVEN_UP)));
    assertFalse(forgotten.getFirst().test(first(KEPT)));
    assertEquals(0, ledger.inFlight(List.of(GIVEN_UP)));
    assertEquals(List.of(List.of(GIVEN_UP)), given);
  }

  @Test
  void whatIsDoneOfOtherPartitionsIsNotHeldBackByWhatStillRuns() {
    try (MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest")) {
      Handover handover = handover(consumer, clock.instant().plus(Duration.ofSeconds(30)));
      receiveTheFirstOfBoth();
      settle(KEPT);

      handover.onPartitionsRevoked(List.of(GIVEN_UP));
    }
    // Where the other one begins is committed along with it.
    assertEquals(List.of(Map.of(KEPT, 1L, GIVEN_UP, 0L), Map.of(GIVEN_UP, 1L)), released);
    assertOnlyTheGivenUpIsForgotten();
  }

  @Test
  void whatIsNotDoneInTimeIsCommittedUpToThereAndForgotten() {
    try (MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest")) {
      Handover handover = handover(consumer, Instant.MIN);
      receiveTheFirstOfBoth();

      handover.onPartitionsRevoked(List.of(GIVEN_UP));
    }
    assertEquals(List.of(Map.of(GIVEN_UP, 0L)), released);
    assertOnlyTheGivenUpIsForgotten();
    assertEquals(1, ledger.inFlight(List.of(KEPT)));
  }

  @Test
  void whatIsLostIsForgottenAtOnceAndNothingOfItCommitted() {
    try (MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest")) {
      Handover handover = handover(consumer, clock.instant().plus(Duration.ofHours(1)));
      receiveTheFirstOfBoth();
      settle(GIVEN_UP);

      handover.onPartitionsLost(List.of(GIVEN_UP));
    }
    assertEquals(List.of(), released);
    assertOnlyTheGivenUpIsForgotten();
  }
}
