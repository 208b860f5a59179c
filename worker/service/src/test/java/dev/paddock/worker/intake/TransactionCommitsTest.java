package dev.paddock.worker.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.paddock.worker.Position;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.ledger.Ledger;
import java.time.Clock;
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

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final Clock clock = ((InstantSource) now::get).withZone(ZoneOffset.UTC);
  private final Ledger ledger = new Ledger();
  private final List<Map<TopicPartition, Long>> released = new ArrayList<>();
  private CompletableFuture<Boolean> ending = new CompletableFuture<>();

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
                  "delivery.transaction.max.records", "5")),
          clock);

  private void settle(int from, int to, int outcomeBytes) {
    for (int offset = from; offset < to; offset++) {
      Position position = new Position(PARTITION.topic(), PARTITION.partition(), offset);
      var _ = ledger.receive(position, 1);
      ledger.settle(position, ledger.pageNumber(PARTITION), outcomeBytes);
    }
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
    settle(0, 4, 1);
    commits.commitIfDue();
    assertEquals(List.of(), released);
    settle(4, 5, 1);
    commits.commitIfDue();
    assertEquals(upTo(5), released);
  }

  @Test
  void fewerWaitForTheirTime() {
    settle(0, 1, 1);
    now.set(Instant.EPOCH.plusMillis(59_999));
    commits.commitIfDue();
    assertEquals(List.of(), released);
    now.set(Instant.EPOCH.plusMillis(60_000));
    commits.commitIfDue();
    assertEquals(upTo(1), released);
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
