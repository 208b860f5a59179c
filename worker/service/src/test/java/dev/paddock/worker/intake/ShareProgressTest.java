package dev.paddock.worker.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.paddock.worker.intake.ShareProgress.Sight;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ShareProgressTest {

  private static final TopicPartition ONE = new TopicPartition("t", 0);
  private static final TopicPartition OTHER = new TopicPartition("t", 1);

  private final ShareProgress progress = new ShareProgress();

  private static Sight sight(long start, long lag, long end) {
    return new Sight(start, lag, 0, end, end);
  }

  @Test
  void whatATransactionHasNotCommittedAndWhatIsDeletedDoesNotWait() {
    assertEquals(5, new Sight(10, 5, 0, 20, 20).waiting());
    assertEquals(2, new Sight(10, 5, 0, 17, 20).waiting());
    assertEquals(0, new Sight(10, 5, 0, 15, 20).waiting());
    assertEquals(10, new Sight(0, 20, 10, 20, 20).waiting());
    assertEquals(0, new Sight(0, 20, 20, 20, 20).waiting());
    assertEquals(0, new Sight(0, 5, 20, 20, 20).waiting());
  }

  @Test
  void whatIsSentIsNoProgress() {
    long before = progress.look(Map.of(ONE, sight(0, 5, 10), OTHER, sight(3, 1, 4)));
    assertEquals(before, progress.look(Map.of(ONE, sight(0, 5, 10), OTHER, sight(3, 1, 4))));
    assertEquals(before, progress.look(Map.of(ONE, sight(0, 50, 55), OTHER, sight(3, 2, 5))));
  }

  @Test
  void whatIsDoneBehindASlowOneIsProgressThoughMoreIsSentThanDone() {
    long before = progress.look(Map.of(ONE, sight(0, 5, 10), OTHER, sight(3, 1, 4)));
    long after = progress.look(Map.of(ONE, sight(0, 8, 14), OTHER, sight(3, 1, 4)));
    assertNotEquals(before, after);
    assertEquals(after, progress.look(Map.of(ONE, sight(0, 8, 14), OTHER, sight(3, 1, 4))));
  }

  @Test
  void aStartThatMovesIsProgressWhereverItMoves() {
    long before = progress.look(Map.of(ONE, sight(8, 5, 20)));
    long forward = progress.look(Map.of(ONE, sight(9, 5, 20)));
    long back = progress.look(Map.of(ONE, sight(2, 18, 20)));
    assertNotEquals(before, forward);
    assertNotEquals(forward, back);
    assertEquals(back, progress.look(Map.of(ONE, sight(2, 18, 20))));
    assertNotEquals(back, progress.look(Map.of(ONE, sight(2, 17, 20))));
  }
}
