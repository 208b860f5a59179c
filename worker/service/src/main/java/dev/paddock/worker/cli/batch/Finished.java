package dev.paddock.worker.cli.batch;

import dev.paddock.schemas.ExecutionError;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.schemas.Usage;

/** What came of a line. */
sealed interface Finished {

  /** From 1. */
  long line();

  Summary summary();

  /** An execution's result. */
  record Result(long line, ExecutionResult result) implements Finished {

    @Override
    public Summary summary() {
      return of(line, result);
    }

    /** The summary of a result. */
    static Summary of(long line, ExecutionResult result) {
      ExecutionError error = result.getError();
      Usage usage = result.getUsage();
      return new Summary(
          line,
          result.getStatus(),
          error == null ? "" : error.getName(),
          usage.getQueueMicros(),
          usage.getCpuMicros(),
          usage.getWallMicros());
    }
  }

  /** A line that could not be sent. */
  record Rejected(long line, String executionId, String message) implements Finished {

    /** What was violated, as workers call it. */
    static final String KIND = "MALFORMED_REQUEST";

    @Override
    public Summary summary() {
      return new Summary(line, ExecutionStatus.REJECTED, KIND, 0, 0, 0);
    }
  }
}
