package dev.paddock.worker.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.paddock.worker.Position;
import dev.paddock.worker.ledger.Ledger;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What becomes of a commit that nobody waits for. */
class OffsetCommitsTest {

  private static final TopicPartition PARTITION = new TopicPartition("requests", 0);

  private final Ledger ledger = new Ledger();
  private final List<Exception> ends = new ArrayList<>();
  private final List<Map<TopicPartition, OffsetAndMetadata>> asked = new ArrayList<>();
  private @Nullable Exception answer;

  private final MockConsumer<byte[], byte[]> consumer =
      new MockConsumer<>("earliest") {
        @Override
        public synchronized void commitAsync(
            Map<TopicPartition, OffsetAndMetadata> offsets,
            @Nullable OffsetCommitCallback callback) {
          asked.add(offsets);
          Objects.requireNonNull(callback).onComplete(offsets, answer);
        }
      };

  private final OffsetCommits commits =
      new OffsetCommits(consumer, ledger, Duration.ZERO, Clock.systemUTC(), ends::add);

  private void settleTheFirst() {
    ledger.receive(new Position(PARTITION.topic(), PARTITION.partition(), 0), 1);
    ledger.settle(new Position(PARTITION.topic(), PARTITION.partition(), 0));
  }

  @Test
  void oneThatMeetsARebalanceIsMadeAgain() {
    settleTheFirst();
    answer = new RebalanceInProgressException();
    commits.commitIfDue();
    assertEquals(List.of(), ends);
    assertNotNull(commits.trouble());
    answer = null;
    commits.commitIfDue();
    assertNull(commits.trouble());
    commits.commitIfDue();
    Map<TopicPartition, OffsetAndMetadata> first = Map.of(PARTITION, new OffsetAndMetadata(1));
    assertEquals(List.of(first, first), asked);
  }

  @Test
  void oneThatIsRefusedEndsTheReading() {
    settleTheFirst();
    answer = GroupAuthorizationException.forGroupId("paddock");
    commits.commitIfDue();
    assertEquals(List.of(answer), ends);
  }
}
