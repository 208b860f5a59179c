package dev.paddock.worker.observe;

import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.GuestError;
import dev.paddock.sandbox.wire.Usage;
import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.schemas.ScriptIdentity;
import dev.paddock.schemas.Violation;
import dev.paddock.schemas.ViolationKind;
import dev.paddock.worker.Execution;
import dev.paddock.worker.Outcome;
import dev.paddock.worker.Position;
import dev.paddock.worker.ScriptUsed;
import dev.paddock.worker.Spans;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The span of what became of a record, and in it how long it waited and ran. All of them are made
 * when they are over: what is forgotten before it has an outcome leaves none.
 */
final class ExecutionSpan implements Spans.OpenSpan {

  private static final String NAME = "paddock execute";

  /** Characters of what others may make as long as they like. */
  private static final int LONGEST = 100;

  // By OpenTelemetry's semantic conventions for messaging and for Kafka.
  private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
  private static final AttributeKey<String> OPERATION =
      AttributeKey.stringKey("messaging.operation.name");
  private static final AttributeKey<String> OPERATION_TYPE =
      AttributeKey.stringKey("messaging.operation.type");
  private static final AttributeKey<String> TOPIC =
      AttributeKey.stringKey("messaging.destination.name");
  private static final AttributeKey<String> PARTITION =
      AttributeKey.stringKey("messaging.destination.partition.id");
  private static final AttributeKey<Long> OFFSET = AttributeKey.longKey("messaging.kafka.offset");
  private static final AttributeKey<String> GROUP =
      AttributeKey.stringKey("messaging.consumer.group.name");
  private static final AttributeKey<String> CLIENT = AttributeKey.stringKey("messaging.client.id");
  private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

  private static final AttributeKey<String> ID = AttributeKey.stringKey("paddock.execution.id");
  private static final AttributeKey<String> TENANT = AttributeKey.stringKey("paddock.tenant");
  private static final AttributeKey<String> PIPELINE = AttributeKey.stringKey("paddock.pipeline");
  private static final AttributeKey<String> STATUS = AttributeKey.stringKey("paddock.status");
  private static final AttributeKey<String> VIOLATION = AttributeKey.stringKey("paddock.violation");
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("paddock.error.name");
  private static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("paddock.attempt");
  private static final AttributeKey<String> SCRIPT = AttributeKey.stringKey("paddock.script.name");
  private static final AttributeKey<Long> VERSION = AttributeKey.longKey("paddock.script.version");
  private static final AttributeKey<String> SHA256 =
      AttributeKey.stringKey("paddock.script.sha256");
  private static final AttributeKey<Long> CPU = AttributeKey.longKey("paddock.usage.cpu_micros");
  private static final AttributeKey<Long> HEAP = AttributeKey.longKey("paddock.usage.heap_bytes");
  private static final AttributeKey<Long> ALLOCATED =
      AttributeKey.longKey("paddock.usage.allocated_bytes");

  /** A child. */
  private record Part(String name, Instant from, Instant to) {}

  private final Tracer tracer;
  private final Instant start;
  private final Instant end;

  /** How it waited and ran, in the order of time; made when it is ended. */
  private final List<Part> parts;

  /** What it is before it is written. */
  private final ExecutionStatus status;

  private final Span span;

  /**
   * Opens it as the child of what the record's headers name. Keeps nothing of the outcome that is
   * large, since it waits to be ended for as long as what is written.
   *
   * @param now by the clock that says when outcomes are complete
   */
  ExecutionSpan(Tracer tracer, Outcome outcome, String group, String client, Instant now) {
    this.tracer = tracer;
    Execution execution = outcome.execution();
    this.start =
        execution == null
            ? outcome.completedAt()
            : now.minusNanos(System.nanoTime() - execution.readNanos());
    this.end = later(start, outcome.completedAt());
    this.parts =
        switch (outcome) {
          case Outcome.Answered answered -> parts(answered.attempt(), answered.queueMicros());
          case Outcome.Crashed crashed -> parts(crashed.attempt(), crashed.queueMicros());
          case Outcome.Rejected _ -> parts(0, 0);
          case Outcome.Malformed _ -> List.of();
        };
    this.status = status(outcome);
    this.span =
        tracer
            .spanBuilder(NAME)
            .setSpanKind(SpanKind.CONSUMER)
            .setParent(Context.root().with(Span.wrap(outcome.trace())))
            .setStartTimestamp(start)
            .startSpan();
    if (span.isRecording()) {
      addPlace(outcome.position(), group, client);
      add(outcome);
    }
  }

  @Override
  public SpanContext context() {
    return span.getSpanContext();
  }

  @Override
  public void end(@Nullable Violation violation) {
    if (span.isRecording()) {
      parts.forEach(this::addChild);
      addStatus(violation == null ? null : violation.getKind());
    }
    span.end(end);
  }

  /**
   * @param tried sandboxes of this worker that tried; 0 where none did
   */
  private List<Part> parts(int tried, long queueMicros) {
    if (tried == 0) {
      return List.of(new Part("queue", start, end));
    }
    Instant lent = earlier(start.plus(queueMicros, ChronoUnit.MICROS), end);
    return List.of(new Part("queue", start, lent), new Part("run", lent, end));
  }

  private static ExecutionStatus status(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Answered answered ->
          switch (answered.answer().ending()) {
            case Ending.Succeeded _ -> ExecutionStatus.SUCCEEDED;
            case Ending.Failed _ -> ExecutionStatus.FAILED;
            case Ending.Stopped _ -> ExecutionStatus.VIOLATED;
          };
      case Outcome.Crashed _ -> ExecutionStatus.VIOLATED;
      case Outcome.Rejected _, Outcome.Malformed _ -> ExecutionStatus.REJECTED;
    };
  }

  private void add(Outcome outcome) {
    switch (outcome) {
      case Outcome.Answered answered -> {
        add(answered.execution(), answered.script());
        addUsage(answered.answer().usage());
        addAttempt(answered.execution(), answered.attempt());
        if (answered.answer().ending() instanceof Ending.Failed(GuestError error)) {
          span.setAttribute(ERROR, bounded(error.name()));
        }
      }
      case Outcome.Crashed crashed -> {
        add(crashed.execution(), crashed.script());
        addAttempt(crashed.execution(), crashed.attempt());
      }
      case Outcome.Rejected rejected -> add(rejected.execution(), rejected.script());
      case Outcome.Malformed _ -> {}
    }
  }

  private void addPlace(Position position, String group, String client) {
    span.setAttribute(SYSTEM, "kafka")
        .setAttribute(OPERATION, "process")
        .setAttribute(OPERATION_TYPE, "process")
        .setAttribute(TOPIC, position.topic())
        .setAttribute(PARTITION, Integer.toString(position.partition()))
        .setAttribute(OFFSET, position.offset())
        .setAttribute(GROUP, group)
        .setAttribute(CLIENT, client);
  }

  private void add(Execution execution, ScriptUsed script) {
    span.setAttribute(ID, bounded(execution.id()))
        .setAttribute(TENANT, bounded(execution.request().getTenant()));
    if (execution.event() != null) {
      span.setAttribute(PIPELINE, execution.event().pipeline());
    }
    span.setAttribute(SCRIPT, bounded(Finish.script(execution)));
    ScriptIdentity identity = script.identity();
    if (identity != null) {
      span.setAttribute(VERSION, (long) identity.getVersion());
    }
    if (!script.sha256().isEmpty()) {
      span.setAttribute(SHA256, script.sha256());
    }
  }

  private void addUsage(Usage usage) {
    span.setAttribute(CPU, usage.cpuMicros())
        .setAttribute(HEAP, usage.heapBytes())
        .setAttribute(ALLOCATED, usage.allocatedBytes());
  }

  private void addAttempt(Execution execution, int tried) {
    span.setAttribute(ATTEMPT, execution.delivery() - 1L + tried);
  }

  private void addChild(Part part) {
    tracer
        .spanBuilder(part.name())
        .setParent(Context.root().with(span))
        .setStartTimestamp(part.from())
        .startSpan()
        .end(part.to());
  }

  private void addStatus(@Nullable ViolationKind violation) {
    // What was not fit to be written is a violation, whatever the script has made of it.
    boolean unfit = violation != null && violation != ViolationKind.SCRIPT_FAILED;
    ExecutionStatus written =
        switch (status) {
          case SUCCEEDED, FAILED -> unfit ? ExecutionStatus.VIOLATED : status;
          case VIOLATED, REJECTED -> status;
        };
    span.setAttribute(STATUS, written.name());
    if (violation != null) {
      span.setAttribute(VIOLATION, violation.name());
    }
    if (written != ExecutionStatus.SUCCEEDED) {
      // What a script calls its errors is up to it, and there may be any number of names.
      String type = (violation == null ? ViolationKind.SCRIPT_FAILED : violation).name();
      span.setAttribute(ERROR_TYPE, type).setStatus(StatusCode.ERROR, type);
    }
  }

  private static String bounded(String text) {
    return BoundedNames.head(text, LONGEST);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }
}
