package dev.paddock.worker.intake;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.worker.Position;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.ledger.Ledger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When transactions are made, and what goes with each: five records, or what waits a minute. */
class TransactionCommitsTest {

  private static final TopicPartition PARTITION = new TopicPartition("requests", 0);
  private static final TopicPartition OTHER = new TopicPartition("requests", 1);

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final Clock clock = ((InstantSource) now::get).withZone(ZoneOffset.UTC);
  private final Ledger ledger = new Ledger();
  private final List<Map<TopicPartition, Long>> released = new ArrayList<>();
  private CompletableFuture<Boolean> ending = new CompletableFuture<>();
  private int ends;

  private final Transactions transactions =
      new Transactions() {
        @Override
        public void begin(TopicPartition partition, long offset, long stay) {
          // not looked at
        }

        @Override
        public void forget(Collection<TopicPartition> partitions) {
          // not looked at
        }

        @Override
        public CompletableFuture<Boolean> release(
            Map<TopicPartition, Long> offsets, ConsumerGroupMetadata group) {
          released.add(Map.copyOf(offsets));
          return ending;
        }

        @Override
        public @Nullable String trouble() {
          return null;
        }
      };

  private final TransactionCommits commits =
      new TransactionCommits(
          transactions,
          new MockConsumer<>("earliest"),
          ledger,
          Configuration.of(
              Map.of(
                  "delivery.transaction.interval.ms", "60000",
                  "delivery.transaction.max.records", "5",
                  "pool.size", "1")),
          clock,
          () -> ends++);

  private void settle(int from, int to, int outcomeBytes) {
    for (int offset = from; offset < to; offset++) {
      Position position = new Position(PARTITION.topic(), PARTITION.partition(), offset);
      var _ = ledger.receive(position, 1);
      ledger.settle(position, ledger.pageNumber(PARTITION), outcomeBytes);
    }
  }

  // One record runs, and another one waits for its sandbox.
  private void crowd() {
    var _ = ledger.receive(new Position(OTHER.topic(), OTHER.partition(), 0), 1);
    var _ = ledger.receive(new Position(OTHER.topic(), OTHER.partition(), 1), 1);
    ledger.commit(Map.of(OTHER, 0L));
  }

  // The second of them has no more to wait for.
  private void endCrowd() {
    ledger.settle(new Position(OTHER.topic(), OTHER.partition(), 0), ledger.pageNumber(OTHER), 1);
  }

  private void passMillis(long millis) {
    var _ = now.updateAndGet(before -> before.plusMillis(millis));
  }

  private static List<Map<TopicPartition, Long>> upTo(long... offsets) {
    List<Map<TopicPartition, Long>> all = new ArrayList<>();
    for (long offset : offsets) {
      all.add(Map.of(PARTITION, offset));
    }
    return all;
  }

  private void end(boolean committed) {
    CompletableFuture<Boolean> ended = ending;
    ending = new CompletableFuture<>();
    ended.complete(committed);
  }

  @Test
  void soManyRecordsDoNotWaitForTheirTime() {
    crowd();
    settle(0, 4, 1);
    commits.commitIfDue();
    assertEquals(List.of(), released);
    settle(4, 5, 1);
    commits.commitIfDue();
    assertEquals(upTo(5), released);
  }

  @Test
  void fewerWaitForTheirTime() {
    crowd();
    settle(0, 1, 1);
    now.set(Instant.EPOCH.plusMillis(59_999));
    commits.commitIfDue();
    assertEquals(List.of(), released);
    now.set(Instant.EPOCH.plusMillis(60_000));
    commits.commitIfDue();
    assertEquals(upTo(1), released);
  }

  @Test
  void whereNothingWaitsForASandboxAFifthOfThatIsEnough() {
    crowd();
    settle(0, 1, 1);
    passMillis(12_000);
    commits.commitIfDue();
    assertEquals(List.of(), released);
    endCrowd();
    commits.commitIfDue();
    assertEquals(List.of(Map.of(PARTITION, 1L, OTHER, 1L)), released);
  }

  @Test
  void transactionsOfFewRecordsTakeHalfOfTheTimeAtTheMost() {
    settle(0, 1, 1);
    passMillis(12_000);
    commits.commitIfDue();
    passMillis(10_000);
    end(true);
    settle(1, 2, 1);
    commits.commitIfDue();
    passMillis(9_999);
    commits.commitIfDue();
    assertEquals(upTo(1), released);
    passMillis(1);
    commits.commitIfDue();
    assertEquals(upTo(1, 2), released);
  }

  @Test
  void oneThatHasFailedIsNotMadeAgainAtOnce() {
    settle(0, 1, 1);
    passMillis(12_000);
    commits.commitIfDue();
    end(false);
    passMillis(59_999);
    commits.commitIfDue();
    assertEquals(upTo(1), released);
    passMillis(1);
    commits.commitIfDue();
    assertEquals(upTo(1, 1), released);
  }

  @Test
  void itSaysWhatItWaitsFor() {
    assertNull(commits.expected());
    assertFalse(commits.isIdle());
    passMillis(12_000);
    assertTrue(commits.isIdle());
    crowd();
    assertFalse(commits.isIdle());
    settle(0, 2, 1);
    // The first of those, or the rest of the time.
    assertEquals(new Commits.Wait(Duration.ofSeconds(48), 1, null), commits.expected());
    passMillis(48_000);
    commits.commitIfDue();
    assertEquals(upTo(2), released);
    assertEquals(0, ends);
    // One more, once that has ended; any, where one has come.
    assertEquals(1, requireNonNull(commits.expected()).settlements());
    settle(2, 3, 1);
    Commits.Wait wait = requireNonNull(commits.expected());
    assertEquals(0, wait.settlements());
    assertFalse(requireNonNull(wait.after()).isDone());
    end(true);
    assertTrue(wait.after().isDone());
    assertEquals(1, ends);
  }

  @Test
  void whatHasPiledUpGoesInSeveralTransactionsOneAfterAnother() {
    settle(0, 47, 1);
    commits.commitIfDue();
    commits.commitIfDue();
    assertEquals(upTo(20), released);
    end(false);
    commits.commitIfDue();
    assertEquals(upTo(20, 20), released);
    end(true);
    commits.commitIfDue();
    end(true);
    commits.commitIfDue();
    end(true);
    commits.commitIfDue();
    assertEquals(upTo(20, 20, 40, 47), released);
  }

  @Test
  void largeOutcomesGoInSmallerOnes() {
    settle(0, 5, 3 << 20);
    commits.commitIfDue();
    assertEquals(upTo(2), released);
  }

  @Test
  void aPartitionThatIsGivenUpIsCommittedInAsManyAsItTakes() {
    ending = CompletableFuture.completedFuture(true);
    settle(0, 47, 1);
    commits.commitNow(List.of(PARTITION));
    assertEquals(upTo(20, 40, 47), released);
    assertEquals(Map.of(), ledger.committable());
  }

  @Test
  void aGroupThatHasGoneOnIsTriedTwiceBeforeAPartitionIsGivenUp() {
    ending = CompletableFuture.completedFuture(false);
    settle(0, 1, 1);
    commits.commitNow(List.of(PARTITION));
    assertEquals(upTo(1, 1), released);
  }
}
