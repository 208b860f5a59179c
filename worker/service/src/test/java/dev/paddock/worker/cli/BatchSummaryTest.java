package dev.paddock.worker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.worker.cli.batch.Tally;
import org.junit.jupiter.api.Test;

class BatchSummaryTest {

  @Test
  void whatNeverRanHasViolatedNothing() {
    Tally tally = new Tally();
    for (int i = 0; i < 1200; i++) {
      tally.add(ExecutionStatus.SUCCEEDED, "", 0, 0, 0);
    }
    tally.add(ExecutionStatus.FAILED, "", 0, 0, 0);
    tally.add(ExecutionStatus.FAILED, "", 0, 0, 0);
    tally.add(ExecutionStatus.VIOLATED, "CPU_TIME", 0, 0, 0);
    assertEquals("1,200 succeeded, 2 failed, 1 violated", BatchSummary.brief(tally));
    tally.add(ExecutionStatus.REJECTED, "MALFORMED_REQUEST", 0, 0, 0);
    assertEquals("1,200 succeeded, 2 failed, 1 violated, 1 rejected", BatchSummary.brief(tally));
  }
}
