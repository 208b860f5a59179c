package dev.paddock.worker.pool;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.Usage;
import dev.paddock.sandbox.wire.WireException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What CPU time of its own a sandbox is believed to have needed. */
class AnswerCheckTest {

  private static final int USUAL_START_MILLIS = 1_500;

  /** Says 231 ms of CPU time where so much was seen. */
  private static void require(long seenCpuMillis, long startCpuMillis) throws WireException {
    Answer answer =
        new Answer(
            AnswerSeeds.TASK.number(),
            new Ending.Succeeded("1"),
            List.of(),
            false,
            new Usage(231_000, 900_000, 0, 0),
            false);
    Usage seen = new Usage(seenCpuMillis * 1000, 1_000_000, 0, 0);
    AnswerCheck.require(answer, AnswerSeeds.TASK, seen, startCpuMillis);
  }

  @Test
  void moreCpuTimeThanASandboxNeedsForItselfIsRefused() {
    assertDoesNotThrow(() -> require(680, USUAL_START_MILLIS));
    WireException refused =
        assertThrows(WireException.class, () -> require(700, USUAL_START_MILLIS));
    assertTrue(
        String.valueOf(refused.getMessage())
            .contains("231000 us of CPU time where 700000 us were seen"),
        refused.getMessage());
  }

  @Test
  void onASlowMachineItMayNeedMore() {
    assertDoesNotThrow(() -> require(1_230, 10 * USUAL_START_MILLIS));
    assertThrows(WireException.class, () -> require(5_000, 10 * USUAL_START_MILLIS));
  }
}
