package dev.paddock.worker.publish;

import dev.paddock.sandbox.wire.Breach;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.GuestError;
import dev.paddock.schemas.ExecutionError;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.schemas.LogLine;
import dev.paddock.schemas.SourcePosition;
import dev.paddock.schemas.TrustedContracts;
import dev.paddock.schemas.Usage;
import dev.paddock.schemas.Violation;
import dev.paddock.schemas.ViolationKind;
import dev.paddock.worker.Execution;
import dev.paddock.worker.Outcome;
import dev.paddock.worker.Position;
import dev.paddock.worker.Release;
import dev.paddock.worker.ScriptUsed;
import dev.paddock.worker.Spans;
import dev.paddock.worker.ViolationKinds;
import io.opentelemetry.api.trace.SpanContext;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** What is written of an outcome; the contracts say what each field means. */
final class Letters {

  /** More of what could not be decoded does not help to see what it was meant to be. */
  static final int RAW_BYTES = 64 << 10;

  /** The contract's default: nobody knows whose an undecodable request is. */
  private static final String NOBODY = "default";

  static {
    TrustedContracts.trust();
  }

  private final String worker;
  private final EventWriter events;
  private final Spans spans;

  Letters(String worker, EventWriter events, Spans spans) {
    this.worker = worker;
    this.events = events;
    this.spans = spans;
  }

  /** Opens the outcome's span, too, which is ended when all is written. */
  Mail of(Outcome outcome) {
    Spans.OpenSpan span = spans.open(outcome);
    return new Mail(of(outcome, span.context()), span);
  }

  private List<Letter> of(Outcome outcome, SpanContext trace) {
    return switch (outcome) {
      case Outcome.Answered answered when answered.execution().event() != null ->
          event(answered, trace);
      case Outcome.Answered answered -> answered(answered);
      case Outcome.Crashed crashed -> crashed(crashed);
      case Outcome.Rejected rejected -> rejected(rejected);
      case Outcome.Malformed malformed -> List.of(malformed(malformed));
    };
  }

  private List<Letter> answered(Outcome.Answered outcome) {
    dev.paddock.sandbox.wire.Usage usage = outcome.answer().usage();
    Execution execution = outcome.execution();
    ExecutionResult.Builder result =
        result(execution, outcome.script(), outcome)
            .setAttempt(attempt(outcome.execution(), outcome.attempt()))
            .setLogs(outcome.answer().logs().stream().map(Letters::logLine).toList())
            .setLogsTruncated(outcome.answer().logsTruncated())
            .setUsage(
                new Usage(
                    usage.cpuMicros(),
                    usage.wallMicros(),
                    outcome.queueMicros(),
                    usage.heapBytes(),
                    usage.allocatedBytes()));
    return switch (outcome.answer().ending()) {
      case Ending.Succeeded(@Nullable String output) ->
          one(execution, result.setStatus(ExecutionStatus.SUCCEEDED).setOutput(output));
      case Ending.Failed(GuestError error) ->
          one(execution, result.setStatus(ExecutionStatus.FAILED).setError(error(error)));
      case Ending.Stopped(Breach breach) ->
          both(
              execution,
              result.setStatus(ExecutionStatus.VIOLATED),
              stopped(violation(execution, outcome.script(), outcome), breach));
    };
  }

  private List<Letter> event(Outcome.Answered outcome, SpanContext trace) {
    Violation.Builder violation = violation(outcome.execution(), outcome.script(), outcome);
    return switch (outcome.answer().ending()) {
      case Ending.Succeeded(@Nullable String output) ->
          events(outcome.execution(), output, violation, trace);
      case Ending.Failed(GuestError error) ->
          List.of(
              new Letter.Audit(
                  violation
                      .setKind(ViolationKind.SCRIPT_FAILED)
                      .setMessage(described(error))
                      .build(),
                  0));
      case Ending.Stopped(Breach breach) ->
          List.of(new Letter.Audit(stopped(violation, breach), 0));
    };
  }

  private List<Letter> events(
      Execution execution,
      @Nullable String output,
      Violation.Builder violation,
      SpanContext trace) {
    try {
      List<ProducerRecord<byte[], byte[]>> records = events.write(execution, output, trace);
      if (records.isEmpty()) {
        return List.of();
      }
      Violation refusal =
          violation.setKind(ViolationKind.OUTPUT_SCHEMA).setMessage("refused").build();
      return records.stream().<Letter>map(record -> new Letter.Event(record, refusal)).toList();
    } catch (UnfitOutputException e) {
      return List.of(
          new Letter.Audit(
              violation
                  .setKind(e.kind())
                  .setLimit(e.limit())
                  .setObserved(e.observed())
                  .setUnit(e.unit())
                  .setMessage(String.valueOf(e.getMessage()))
                  .build(),
              0));
    }
  }

  private static String described(GuestError error) {
    String place =
        error.line() < 1 ? "" : " (line %d, column %d)".formatted(error.line(), error.column());
    return error.name() + ": " + error.message() + place;
  }

  private static Violation stopped(Violation.Builder violation, Breach breach) {
    return violation
        .setKind(ViolationKinds.of(breach.quota()))
        .setLimit(breach.limit())
        .setObserved(breach.observed())
        .setUnit(breach.quota().unit())
        .setMessage(breach.message())
        .build();
  }

  private List<Letter> crashed(Outcome.Crashed outcome) {
    return both(
        outcome.execution(),
        result(outcome.execution(), outcome.script(), outcome)
            .setStatus(ExecutionStatus.VIOLATED)
            .setAttempt(attempt(outcome.execution(), outcome.attempt()))
            .setUsage(new Usage(0L, outcome.wallMicros(), outcome.queueMicros(), 0L, 0L)),
        violation(outcome.execution(), outcome.script(), outcome)
            .setKind(ViolationKind.SANDBOX_CRASH)
            .setMessage(outcome.message())
            .build());
  }

  private List<Letter> rejected(Outcome.Rejected outcome) {
    return both(
        outcome.execution(),
        result(outcome.execution(), outcome.script(), outcome)
            .setStatus(ExecutionStatus.REJECTED)
            .setUsage(new Usage(0L, 0L, 0L, 0L, 0L)),
        violation(outcome.execution(), outcome.script(), outcome)
            .setKind(outcome.kind())
            .setLimit(outcome.limit())
            .setObserved(outcome.observed())
            .setUnit(outcome.unit())
            .setMessage(outcome.message())
            .build());
  }

  private Letter malformed(Outcome.Malformed outcome) {
    byte[] raw = outcome.raw();
    return new Letter.Audit(
        violation(
                outcome.position().toString(),
                outcome.tenant().isEmpty() ? NOBODY : outcome.tenant(),
                outcome)
            .setKind(ViolationKind.MALFORMED_REQUEST)
            .setMessage(outcome.message())
            .setRawRequest(
                raw == null ? null : ByteBuffer.wrap(raw, 0, Math.min(raw.length, RAW_BYTES)))
            .build(),
        0);
  }

  private static List<Letter> one(Execution execution, ExecutionResult.Builder result) {
    return List.of(new Letter.Result(execution.key(), result.build(), 0));
  }

  /** Pipelines have no results. */
  private static List<Letter> both(
      Execution execution, ExecutionResult.Builder result, Violation violation) {
    if (execution.event() != null) {
      return List.of(new Letter.Audit(violation, 0));
    }
    ExecutionError error =
        ExecutionError.newBuilder()
            .setName(violation.getKind().name())
            .setMessage(violation.getMessage())
            .build();
    return List.of(
        new Letter.Result(execution.key(), result.setError(error).build(), 0),
        new Letter.Audit(violation, 0));
  }

  private ExecutionResult.Builder result(Execution execution, ScriptUsed script, Outcome outcome) {
    return ExecutionResult.newBuilder()
        .setExecutionId(execution.id())
        .setTenant(execution.request().getTenant())
        .setScriptSha256(script.sha256())
        .setScript(script.identity())
        .setSource(source(outcome.position()))
        .setWorker(worker)
        .setPaddockVersion(Release.VERSION)
        .setCompletedAt(outcome.completedAt())
        .setLabels(execution.request().getLabels());
  }

  private Violation.Builder violation(Execution execution, ScriptUsed script, Outcome outcome) {
    return violation(execution.id(), execution.request().getTenant(), outcome)
        .setScriptSha256(script.sha256());
  }

  private Violation.Builder violation(String id, String tenant, Outcome outcome) {
    return Violation.newBuilder()
        .setExecutionId(id)
        .setTenant(tenant)
        .setSource(source(outcome.position()))
        .setWorker(worker)
        .setPaddockVersion(Release.VERSION)
        .setOccurredAt(outcome.completedAt());
  }

  /** Workers that were given it before tried it too. */
  private static int attempt(Execution execution, int here) {
    return execution.delivery() - 1 + here;
  }

  private static SourcePosition source(Position position) {
    return new SourcePosition(position.topic(), position.partition(), position.offset());
  }

  private static LogLine logLine(dev.paddock.sandbox.wire.LogLine line) {
    return new LogLine(
        line.level().name().toLowerCase(Locale.ROOT), line.message(), line.sinceStartMicros());
  }

  private static ExecutionError error(GuestError error) {
    return ExecutionError.newBuilder()
        .setName(error.name())
        .setMessage(error.message())
        .setStack(error.stack())
        .setLine(error.line() < 1 ? null : error.line())
        .setColumn(error.column() < 1 ? null : error.column())
        .build();
  }
}
