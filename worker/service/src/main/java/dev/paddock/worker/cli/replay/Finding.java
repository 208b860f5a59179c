package dev.paddock.worker.cli.replay;

import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.schemas.ScriptClock;
import dev.paddock.schemas.ScriptRandomness;
import dev.paddock.worker.Execution;
import dev.paddock.worker.Position;
import java.io.IOException;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** What was found out of one of the chosen records. */
public sealed interface Finding {

  /** Where the record is. */
  Position position();

  /**
   * It was run again.
   *
   * @param recorded null where there is no result
   * @param difference null where there is none
   */
  record Run(
      Execution execution,
      @Nullable ExecutionResult recorded,
      ExecutionResult now,
      Match match,
      @Nullable Difference difference)
      implements Finding {

    @Override
    public Position position() {
      return execution.position();
    }

    /** How a result ended, and with what, for a person. */
    public static String ending(ExecutionResult result) {
      String output = result.getOutput();
      return Comparison.ending(result) + (output == null ? "" : " " + output);
    }

    /** Compares with each of the recorded results; one that is the same will do. */
    static Run of(
        Execution execution,
        List<ExecutionResult> recorded,
        ExecutionResult now,
        Comparison comparison)
        throws IOException {
      ExecutionResult last = null;
      Difference difference = null;
      for (ExecutionResult one : recorded) {
        difference = comparison.between(one, now);
        last = one;
        if (difference == null) {
          break;
        }
      }
      Match match = match(last, now, difference);
      boolean chance = match != Match.SAME && last != null && !whatVaries(execution).isEmpty();
      return new Run(execution, last, now, chance ? Match.NOT_REPEATABLE : match, difference);
    }

    /** What of it is the system's, and so no other run's, in words; empty where nothing is. */
    public String whatVaries() {
      return whatVaries(execution);
    }

    private static String whatVaries(Execution execution) {
      StringJoiner what = new StringJoiner(" and ");
      if (execution.request().getClock() == ScriptClock.SYSTEM) {
        what.add("clock");
      }
      if (execution.request().getRandomness() == ScriptRandomness.SYSTEM) {
        what.add("randomness");
      }
      return what.toString();
    }

    private static Match match(
        @Nullable ExecutionResult recorded, ExecutionResult now, @Nullable Difference difference) {
      if (recorded == null) {
        return Match.NO_RESULT;
      }
      if (difference == null) {
        return Match.SAME;
      }
      boolean succeeded = recorded.getStatus() == ExecutionStatus.SUCCEEDED;
      boolean succeeds = now.getStatus() == ExecutionStatus.SUCCEEDED;
      if (succeeded == succeeds) {
        return Match.DIFFERENT;
      }
      return succeeds ? Match.NOW_SUCCEEDING : Match.NOW_FAILING;
    }
  }

  /**
   * It is no request, so it had no result and cannot run.
   *
   * @param message what is wrong with it
   */
  record NoRequest(Position position, String message) implements Finding {}
}
