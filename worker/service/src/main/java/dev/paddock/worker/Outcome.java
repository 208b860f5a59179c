package dev.paddock.worker;

import dev.paddock.sandbox.wire.Answer;
import dev.paddock.schemas.ViolationKind;
import io.opentelemetry.api.trace.SpanContext;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What became of a record that was read. Exactly one per record. */
public sealed interface Outcome {

  /** Where the record was read. */
  Position position();

  /** What was read there; null where it could not be read. */
  @Nullable Execution execution();

  /** When this outcome was known. */
  Instant completedAt();

  /** What the record's headers say of the trace that it belongs to; invalid where nothing. */
  default SpanContext trace() {
    Execution execution = execution();
    return execution == null ? SpanContext.getInvalid() : execution.trace();
  }

  /**
   * A sandbox ran it and answered.
   *
   * @param script what ran
   * @param attempt sandboxes of this worker that tried: 1, or 2 where the first one died
   * @param queueMicros time between reading and running, in microseconds
   */
  record Answered(
      Execution execution,
      ScriptUsed script,
      Answer answer,
      int attempt,
      long queueMicros,
      Instant completedAt)
      implements Outcome {

    @Override
    public Position position() {
      return execution.position();
    }
  }

  /**
   * Every sandbox that ran it died without an answer.
   *
   * @param message how the last one died
   * @param attempt sandboxes of this worker that tried; 0 where it was not tried again, after other
   *     workers that had no answer
   */
  record Crashed(
      Execution execution,
      ScriptUsed script,
      String message,
      int attempt,
      long queueMicros,
      long wallMicros,
      Instant completedAt)
      implements Outcome {

    @Override
    public Position position() {
      return execution.position();
    }
  }

  /**
   * It was readable but never ran.
   *
   * @param limit what is allowed, in {@code unit}; 0 where there is no figure
   * @param observed what was seen, in {@code unit}; 0 where there is no figure
   * @param message one sentence for a person
   */
  record Rejected(
      Execution execution,
      ScriptUsed script,
      ViolationKind kind,
      long limit,
      long observed,
      String unit,
      String message,
      Instant completedAt)
      implements Outcome {

    @Override
    public Position position() {
      return execution.position();
    }
  }

  /**
   * It could not be read as a request, or as what its pipeline expects.
   *
   * @param tenant whose it is; empty where nobody knows
   * @param raw the record's value, or null where it had none
   * @param message what is wrong with it
   * @param trace what its headers say of the trace that it belongs to; invalid where nothing
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody, handed on as it came
  record Malformed(
      Position position,
      String tenant,
      byte @Nullable [] raw,
      String message,
      Instant completedAt,
      SpanContext trace)
      implements Outcome {

    @Override
    public @Nullable Execution execution() {
      return null;
    }
  }
}
