package dev.paddock.worker.cli.replay;

import dev.paddock.schemas.ExecutionError;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.schemas.LogLine;
import dev.paddock.schemas.ViolationKind;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compares results: how they ended, the kind of a violation, name and message of an error, the
 * output, and what was logged. Times, and how far a script came that was stopped, are nobody's to
 * repeat.
 *
 * @param logs whether what was logged counts
 */
record Comparison(boolean logs) {

  private static final String OUTPUT = "output";

  /** The first difference, or null where there is none. */
  @Nullable Difference between(ExecutionResult recorded, ExecutionResult now) throws IOException {
    if (recorded.getStatus() != now.getStatus()) {
      return Difference.of("status", ending(recorded), ending(now));
    }
    Difference difference =
        switch (recorded.getStatus()) {
          case SUCCEEDED -> outputs(recorded.getOutput(), now.getOutput());
          case FAILED -> errors(recorded.getError(), now.getError());
          case VIOLATED, REJECTED -> texts("error.name", kind(recorded), kind(now));
        };
    return difference == null && logs && ended(recorded) ? logs(recorded, now) : difference;
  }

  /** How a result ended, for a person. */
  static String ending(ExecutionResult result) {
    ExecutionError error = result.getError();
    String status = result.getStatus().name();
    if (error == null) {
      return status;
    }
    boolean violation = !ended(result);
    return status
        + " "
        + error.getName()
        + (violation || error.getMessage().isEmpty() ? "" : ": " + error.getMessage());
  }

  /** Whether the script came to an end of its own. */
  private static boolean ended(ExecutionResult result) {
    return result.getStatus() == ExecutionStatus.SUCCEEDED
        || result.getStatus() == ExecutionStatus.FAILED;
  }

  private static @Nullable Difference outputs(@Nullable String recorded, @Nullable String now)
      throws IOException {
    if (recorded == null || now == null) {
      return texts(OUTPUT, orNothing(recorded), orNothing(now));
    }
    return JsonDifference.between(OUTPUT, recorded, now);
  }

  private static @Nullable Difference errors(
      @Nullable ExecutionError recorded, @Nullable ExecutionError now) {
    if (recorded == null || now == null) {
      return null; // whoever has failed has an error
    }
    Difference difference = texts("error.name", recorded.getName(), now.getName());
    return difference == null
        ? texts("error.message", recorded.getMessage(), now.getMessage())
        : difference;
  }

  private static @Nullable Difference logs(ExecutionResult recorded, ExecutionResult now) {
    List<LogLine> before = recorded.getLogs();
    List<LogLine> after = now.getLogs();
    if (before.isEmpty() && recorded.getLogsTruncated()) {
      return null; // taken out, or Kafka would not have taken the result
    }
    for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
      Difference difference = texts("logs[" + i + "]", line(before, i), line(after, i));
      if (difference != null) {
        return difference;
      }
    }
    return null;
  }

  private static String line(List<LogLine> lines, int index) {
    return index < lines.size()
        ? lines.get(index).getLevel() + ": " + lines.get(index).getMessage()
        : Difference.NOTHING;
  }

  /** Whether there is a result, and it says that the request was refused for this. */
  static boolean isRejected(@Nullable ExecutionResult result, ViolationKind reason) {
    return result != null
        && result.getStatus() == ExecutionStatus.REJECTED
        && kind(result).equals(reason.name());
  }

  private static String kind(ExecutionResult result) {
    ExecutionError error = result.getError();
    return error == null ? "" : error.getName();
  }

  private static String orNothing(@Nullable String output) {
    return output == null ? Difference.NOTHING : output;
  }

  private static @Nullable Difference texts(String path, String recorded, String now) {
    return recorded.equals(now) ? null : Difference.of(path, recorded, now);
  }
}
