package dev.paddock.worker.observe;

import dev.paddock.sandbox.wire.Breach;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.GuestError;
import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.ScriptReference;
import dev.paddock.schemas.ViolationKind;
import dev.paddock.worker.Execution;
import dev.paddock.worker.Outcome;
import dev.paddock.worker.ViolationKinds;
import org.jspecify.annotations.Nullable;

/**
 * How an execution ended, as those who watch see it.
 *
 * @param kind of the violation, or null where there is none
 * @param line of the script where it failed, from 1; 0 where that is not known
 * @param reason one sentence for a person; empty where it succeeded. Of a script that failed, the
 *     script has chosen it.
 */
record Finish(Status status, @Nullable ViolationKind kind, int line, String reason) {

  private static final Finish SUCCEEDED = new Finish(Status.SUCCEEDED, null, 0, "");

  /** What is counted. */
  enum Status {
    SUCCEEDED,
    FAILED,
    VIOLATED,
    REJECTED,
    MALFORMED
  }

  static Finish of(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Answered answered ->
          switch (answered.answer().ending()) {
            case Ending.Succeeded _ -> SUCCEEDED;
            case Ending.Failed(GuestError error) ->
                new Finish(
                    Status.FAILED,
                    answered.execution().event() == null ? null : ViolationKind.SCRIPT_FAILED,
                    error.line(),
                    error.name() + ": " + error.message());
            case Ending.Stopped(Breach breach) ->
                violated(ViolationKinds.of(breach.quota()), breach.message());
          };
      case Outcome.Crashed crashed -> violated(ViolationKind.SANDBOX_CRASH, crashed.message());
      case Outcome.Rejected rejected ->
          new Finish(Status.REJECTED, rejected.kind(), 0, rejected.message());
      case Outcome.Malformed malformed ->
          new Finish(Status.MALFORMED, ViolationKind.MALFORMED_REQUEST, 0, malformed.message());
    };
  }

  /** What its script is called; empty where there was none. */
  static String script(@Nullable Execution execution) {
    return switch (execution == null ? null : execution.request().getScript()) {
      case InlineScript script -> script.getName();
      case ScriptReference reference -> reference.getId();
      case null, default -> "";
    };
  }

  private static Finish violated(ViolationKind kind, String message) {
    return new Finish(Status.VIOLATED, kind, 0, message);
  }
}
