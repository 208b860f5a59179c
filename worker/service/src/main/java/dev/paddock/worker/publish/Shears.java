package dev.paddock.worker.publish;

import dev.paddock.schemas.ExecutionError;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.schemas.Violation;
import dev.paddock.schemas.ViolationKind;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * Cuts down what Kafka found too large, so that no record can hold its partition up: first what the
 * script wrote, then what the requester wrote, until only a short violation is left. A pipeline's
 * record becomes a violation at once.
 */
final class Shears {

  /** Characters or bytes of a field: fits any broker, and shows what it was. */
  private static final int SHORT = 1024;

  private static final int LAST_CUT = 3;

  private Shears() {}

  /**
   * What to write instead; empty where nothing is left to cut.
   *
   * @param reason why it is not taken
   * @param observed size of the value that was refused, in bytes
   * @param limit what would have fitted, in bytes, or 0 where the broker did not say
   */
  static List<Letter> cut(Letter letter, Exception reason, long observed, long limit) {
    return letter instanceof Letter.Event event && !(reason instanceof RecordTooLargeException)
        ? List.of(refused(event, reason))
        : cut(letter, observed, limit);
  }

  /** The same where it is too large. */
  static List<Letter> cut(Letter letter, long observed, long limit) {
    return switch (letter) {
      case Letter.Result result when result.cuts() == 0 && byScript(result.value()) -> {
        Violation violation = tooLarge(result.value(), observed, limit);
        yield List.of(withoutOutput(result, violation), new Letter.Audit(violation, 0));
      }
      case Letter.Result result when result.cuts() < 2 -> List.of(withoutLabels(result));
      case Letter.Result result -> List.of(shorter(tooLarge(result.value(), observed, limit)));
      case Letter.Event event ->
          List.of(
              new Letter.Audit(
                  Violation.newBuilder(event.refusal())
                      .setKind(ViolationKind.OUTPUT_SIZE)
                      .setLimit(limit)
                      .setObserved(observed)
                      .setUnit("bytes")
                      .setMessage(
                          "The record for %s has %d bytes, more than Kafka takes there"
                              .formatted(event.record().topic(), observed))
                      .build(),
                  0));
      case Letter.Audit audit when audit.cuts() < LAST_CUT -> List.of(shorter(audit.value()));
      case Letter.Audit _ -> List.of();
    };
  }

  /** What to write instead of a pipeline's record that Kafka refuses for what it is. */
  private static Letter refused(Letter.Event event, Exception reason) {
    return new Letter.Audit(
        Violation.newBuilder(event.refusal())
            .setMessage(
                "Kafka does not take the record for %s: %s"
                    .formatted(event.record().topic(), reason.getMessage()))
            .build(),
        0);
  }

  /** Whether a record is refused for what it is: it never will be written, others may well be. */
  static boolean isAtFault(Letter letter, Exception reason) {
    return reason instanceof RecordTooLargeException
        || (letter instanceof Letter.Event
            && (reason instanceof InvalidRecordException
                || reason instanceof InvalidTimestampException));
  }

  private static boolean byScript(ExecutionResult result) {
    return result.getStatus() == ExecutionStatus.SUCCEEDED
        || result.getStatus() == ExecutionStatus.FAILED;
  }

  private static Letter withoutOutput(Letter.Result letter, Violation violation) {
    return new Letter.Result(
        letter.key(),
        ExecutionResult.newBuilder(letter.value())
            .setStatus(ExecutionStatus.VIOLATED)
            .setOutput(null)
            .setError(error(violation.getKind().name(), violation.getMessage()))
            .setLogs(List.of())
            .setLogsTruncated(!letter.value().getLogs().isEmpty())
            .build(),
        1);
  }

  private static Letter withoutLabels(Letter.Result letter) {
    ExecutionResult before = letter.value();
    ExecutionError error = before.getError();
    return new Letter.Result(
        letter.key(),
        ExecutionResult.newBuilder(before)
            .setError(error == null ? null : error(error.getName(), error.getMessage()))
            .setLogs(List.of())
            .setLogsTruncated(before.getLogsTruncated() || !before.getLogs().isEmpty())
            .setLabels(Map.of())
            .build(),
        2);
  }

  private static Letter shorter(Violation violation) {
    ByteBuffer raw = violation.getRawRequest();
    return new Letter.Audit(
        Violation.newBuilder(violation)
            .setExecutionId(shorten(violation.getExecutionId()))
            .setTenant(shorten(violation.getTenant()))
            .setMessage(shorten(violation.getMessage()))
            .setRawRequest(
                raw == null ? null : raw.slice(raw.position(), Math.min(raw.remaining(), SHORT)))
            .build(),
        LAST_CUT);
  }

  private static Violation tooLarge(ExecutionResult result, long observed, long limit) {
    return Violation.newBuilder()
        .setExecutionId(result.getExecutionId())
        .setTenant(result.getTenant())
        .setKind(ViolationKind.OUTPUT_SIZE)
        .setLimit(limit)
        .setObserved(observed)
        .setUnit("bytes")
        .setMessage(
            "The result would be a record of " + observed + " bytes, more than Kafka takes here")
        .setScriptSha256(result.getScriptSha256())
        .setSource(result.getSource())
        .setWorker(result.getWorker())
        .setPaddockVersion(result.getPaddockVersion())
        .setOccurredAt(result.getCompletedAt())
        .build();
  }

  private static ExecutionError error(String name, String message) {
    return ExecutionError.newBuilder().setName(shorten(name)).setMessage(shorten(message)).build();
  }

  private static String shorten(String text) {
    return text.length() <= SHORT ? text : text.substring(0, SHORT);
  }
}
