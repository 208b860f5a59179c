package dev.paddock.worker.observe;

import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.GuestError;
import dev.paddock.sandbox.wire.Usage;
import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.ScriptIdentity;
import dev.paddock.schemas.ScriptReference;
import dev.paddock.schemas.SourcePosition;
import dev.paddock.schemas.Violation;
import dev.paddock.schemas.ViolationKind;
import dev.paddock.worker.Execution;
import dev.paddock.worker.Outcome;
import dev.paddock.worker.Position;
import dev.paddock.worker.ScriptUsed;
import dev.paddock.worker.Spans;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.ConfigurationException;
import dev.paddock.worker.config.TracingConfig;
import dev.paddock.worker.observe.SpanCollector.Taken;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TracingTest {

  private static final Position POSITION = new Position("orders", 3, 42);

  private static final ScriptUsed SCRIPT = new ScriptUsed("5ha", new ScriptIdentity("discount", 7));

  private static final SpanContext PARENT =
      SpanContext.createFromRemoteParent(
          "0af7651916cd43dd8448eb211c80319c",
          "b7ad6b7169203331",
          TraceFlags.getSampled(),
          TraceState.builder().put("vendor", "x").build());

  private static final long QUEUE_MICROS = 2_000;
  private static final long RUN_MICROS = 3_000;

  @SuppressWarnings("NullAway.Init")
  private SpanCollector collector;

  @BeforeEach
  void collect() throws IOException {
    collector = new SpanCollector();
  }

  @AfterEach
  void stop() {
    collector.close();
  }

  /** Spans by their names. */
  private record Exported(Map<String, Taken> byName) {

    Taken execution() {
      return get("paddock execute");
    }

    Taken get(String name) {
      return Objects.requireNonNull(byName.get(name), name);
    }
  }

  private static Violation violation(ViolationKind kind) {
    return Violation.newBuilder()
        .setExecutionId("e")
        .setTenant("acme")
        .setKind(kind)
        .setMessage("it says why")
        .setScriptSha256("")
        .setSource(new SourcePosition("requests", 0, 7L))
        .setWorker("w")
        .setOccurredAt(Instant.EPOCH)
        .build();
  }

  /** The spans of one outcome, which come when the tracing is closed. */
  private Exported spans(Outcome outcome, @Nullable ViolationKind violation) {
    try (Tracing tracing = tracing(Map.of("OTEL_BSP_SCHEDULE_DELAY", "3600000"))) {
      Spans.OpenSpan span = tracing.open(outcome);
      assertTrue(span.context().isValid());
      span.end(violation == null ? null : violation(violation));
      assertEquals(List.of(), collector.all());
    }
    return new Exported(
        collector.all().stream().collect(toMap(taken -> taken.span().getName(), taken -> taken)));
  }

  private Tracing tracing(Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(collector.environment());
    environment.putAll(more);
    return Tracing.start(configuration(environment), Clock.systemUTC());
  }

  private static Configuration configuration(Map<String, String> environment) {
    return Configuration.read(null, environment, List.of("intake.group=herd", "worker.id=w1"));
  }

  private static Execution execution(String id, SpanContext trace) {
    ExecutionRequest request =
        ExecutionRequest.newBuilder()
            .setExecutionId(id)
            .setTenant("acme")
            .setScript(new ScriptReference("discount", null))
            .build();
    long read = System.nanoTime() - TimeUnit.MICROSECONDS.toNanos(QUEUE_MICROS + RUN_MICROS);
    return new Execution(POSITION, null, request, 0, 10, 2, read, null, trace);
  }

  private static Outcome answered(Execution execution, Ending ending) {
    return new Outcome.Answered(
        execution,
        SCRIPT,
        new Answer(1, ending, List.of(), false, new Usage(11, 12, 13, 14), false),
        1,
        QUEUE_MICROS,
        Instant.now());
  }

  @Test
  void anExecutionIsAChildOfItsRequestsSpanAndHasItsWaitAndItsRun() {
    Exported spans = spans(answered(execution("e1", PARENT), new Ending.Succeeded("1")), null);

    assertEquals(Set.of("paddock execute", "queue", "run"), spans.byName().keySet());
    Taken all = spans.execution();
    assertEquals(PARENT.getTraceId(), all.traceId());
    assertEquals(PARENT.getSpanId(), all.parentId());
    assertEquals("vendor=x", all.span().getTraceState());
    assertEquals(SpanKind.SPAN_KIND_CONSUMER, all.span().getKind());
    assertEquals(StatusCode.STATUS_CODE_UNSET, all.span().getStatus().getCode());
    Map<String, String> expected = new HashMap<>();
    expected.put("messaging.system", "kafka");
    expected.put("messaging.operation.name", "process");
    expected.put("messaging.operation.type", "process");
    expected.put("messaging.destination.name", "orders");
    expected.put("messaging.destination.partition.id", "3");
    expected.put("messaging.kafka.offset", "42");
    expected.put("messaging.consumer.group.name", "herd");
    expected.put("messaging.client.id", "w1");
    expected.put("paddock.execution.id", "e1");
    expected.put("paddock.tenant", "acme");
    expected.put("paddock.status", "SUCCEEDED");
    expected.put("paddock.attempt", "2");
    expected.put("paddock.script.name", "discount");
    expected.put("paddock.script.version", "7");
    expected.put("paddock.script.sha256", "5ha");
    expected.put("paddock.usage.cpu_micros", "11");
    expected.put("paddock.usage.heap_bytes", "13");
    expected.put("paddock.usage.allocated_bytes", "14");
    assertEquals(expected, all.attributes());
    assertEquals("paddock-worker", all.resource().get("service.name"));
    assertEquals("w1", all.resource().get("service.instance.id"));

    Taken queue = spans.get("queue");
    Taken run = spans.get("run");
    for (Taken child : List.of(queue, run)) {
      assertEquals(all.traceId(), child.traceId());
      assertEquals(all.id(), child.parentId());
    }
    assertEquals(all.span().getStartTimeUnixNano(), queue.span().getStartTimeUnixNano());
    assertEquals(
        TimeUnit.MICROSECONDS.toNanos(QUEUE_MICROS),
        queue.span().getEndTimeUnixNano() - queue.span().getStartTimeUnixNano());
    assertEquals(queue.span().getEndTimeUnixNano(), run.span().getStartTimeUnixNano());
    assertEquals(all.span().getEndTimeUnixNano(), run.span().getEndTimeUnixNano());
  }

  @Test
  void aScriptThatThrowsIsAnErrorWhoseNameIsBoundedAndOtherwiseUnsaid() {
    GuestError error = new GuestError("E".repeat(99) + "😀", "secret", "secret", 1, 1);

    Taken all =
        spans(
                answered(
                    execution("i".repeat(1000), SpanContext.getInvalid()),
                    new Ending.Failed(error)),
                null)
            .execution();

    assertEquals("", all.parentId());
    assertError("FAILED", "SCRIPT_FAILED", all);
    assertEquals("E".repeat(99), all.attributes().get("paddock.error.name"));
    assertEquals("i".repeat(100), all.attributes().get("paddock.execution.id"));
    assertFalse(all.span().toString().contains("secret"), all.span().toString());
  }

  @Test
  void whatIsWrittenAsAViolationIsAnErrorEvenWhereTheScriptSucceeded() {
    Taken all =
        spans(
                answered(execution("e2", PARENT), new Ending.Succeeded("1")),
                ViolationKind.OUTPUT_SCHEMA)
            .execution();

    assertError("VIOLATED", "OUTPUT_SCHEMA", all);
    assertEquals("OUTPUT_SCHEMA", all.attributes().get("paddock.violation"));
  }

  @Test
  void whatNeverRanHasWaitedOnly() {
    Exported spans =
        spans(
            new Outcome.Rejected(
                execution("e3", PARENT),
                ScriptUsed.NONE,
                ViolationKind.DEADLINE_EXCEEDED,
                0,
                0,
                "",
                "late",
                Instant.now()),
            ViolationKind.DEADLINE_EXCEEDED);
    assertEquals(Set.of("paddock execute", "queue"), spans.byName().keySet());
    assertError("REJECTED", "DEADLINE_EXCEEDED", spans.execution());
    assertEquals(spans.execution().id(), spans.get("queue").parentId());
  }

  @Test
  void whatOtherWorkersDidNotSurviveHasNotRunHere() {
    Exported spans =
        spans(
            new Outcome.Crashed(
                execution("e4", PARENT), ScriptUsed.NONE, "gone", 0, 0, 0, Instant.now()),
            ViolationKind.SANDBOX_CRASH);
    assertEquals(Set.of("paddock execute", "queue"), spans.byName().keySet());
    assertError("VIOLATED", "SANDBOX_CRASH", spans.execution());
    assertEquals("1", spans.execution().attributes().get("paddock.attempt"));
  }

  @Test
  void whatCannotBeReadHasASpanAlone() {
    Exported spans =
        spans(
            new Outcome.Malformed(POSITION, "", null, "garbage", Instant.now(), PARENT),
            ViolationKind.MALFORMED_REQUEST);
    assertEquals(Set.of("paddock execute"), spans.byName().keySet());
    assertEquals(PARENT.getSpanId(), spans.execution().parentId());
    assertError("REJECTED", "MALFORMED_REQUEST", spans.execution());
  }

  private static void assertError(String status, String type, Taken span) {
    assertEquals(StatusCode.STATUS_CODE_ERROR, span.span().getStatus().getCode());
    assertEquals(type, span.span().getStatus().getMessage());
    assertEquals(type, span.attributes().get("error.type"));
    assertEquals(status, span.attributes().get("paddock.status"));
  }

  @Test
  void whoseTraceIsNotSampledIsNotExportedButCarriedOn() {
    SpanContext unsampled =
        SpanContext.createFromRemoteParent(
            PARENT.getTraceId(),
            PARENT.getSpanId(),
            TraceFlags.getDefault(),
            PARENT.getTraceState());
    try (Tracing tracing = tracing(Map.of())) {
      Spans.OpenSpan span =
          tracing.open(answered(execution("e5", unsampled), new Ending.Succeeded("1")));
      assertEquals(PARENT.getTraceId(), span.context().getTraceId());
      assertFalse(span.context().isSampled());
      span.end(null);
    }
    assertEquals(List.of(), collector.all());
  }

  @Test
  void theUsualVariablesNameTheWorkerAndChooseWhatIsSampled() {
    Map<String, String> environment =
        Map.of(
            "OTEL_SERVICE_NAME", "rules",
            "OTEL_RESOURCE_ATTRIBUTES", "service.name=other,service.instance.id=i7,team=blue");
    try (Tracing tracing = tracing(environment)) {
      tracing.open(answered(execution("e6", PARENT), new Ending.Succeeded("1"))).end(null);
    }
    Map<String, String> resource = collector.all().getFirst().resource();
    assertEquals("rules", resource.get("service.name"));
    assertEquals("i7", resource.get("service.instance.id"));
    assertEquals("blue", resource.get("team"));

    int before = collector.all().size();
    try (Tracing tracing = tracing(Map.of("OTEL_TRACES_SAMPLER", "always_off"))) {
      tracing.open(answered(execution("e7", PARENT), new Ending.Succeeded("1"))).end(null);
    }
    assertEquals(before, collector.all().size());
  }

  @Test
  void aCollectorThatDoesNotAnswerHoldsUpTheEndForSecondsOnly() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Map<String, String> environment =
          Map.of(
              "OTEL_EXPORTER_OTLP_ENDPOINT",
              "http://127.0.0.1:" + silent.getLocalPort(),
              "OTEL_EXPORTER_OTLP_TIMEOUT",
              "3600000");
      Tracing tracing = tracing(environment);
      tracing.open(answered(execution("e8", PARENT), new Ending.Succeeded("1"))).end(null);
      assertTimeoutPreemptively(Duration.ofSeconds(60), tracing::close);
      assertEquals(List.of(), collector.all());
    }
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          false, '', '', ''
          false, OTEL_SERVICE_NAME, rules, ''
          false, OTEL_TRACES_EXPORTER, none, ''
          false, OTEL_EXPORTER_OTLP_ENDPOINT, '', ''
          true, OTEL_TRACES_EXPORTER, otlp, ''
          true, OTEL_TRACES_EXPORTER, console, ''
          true, OTEL_EXPORTER_OTLP_ENDPOINT, http://127.0.0.1:1, ''
          true, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, http://127.0.0.1:1/v1/traces, ''
          false, OTEL_EXPORTER_OTLP_ENDPOINT, http://127.0.0.1:1, true
          """)
  void spansAreKeptWhereTheVariablesAskForThem(
      boolean kept, String name, String value, String disabled) {
    Outcome outcome = answered(execution("e9", PARENT), new Ending.Succeeded("1"));
    Configuration configuration = configuration(Map.of(name, value, "OTEL_SDK_DISABLED", disabled));
    try (Tracing tracing = Tracing.start(configuration, Clock.systemUTC())) {
      if (kept) {
        assertEquals(PARENT.getTraceId(), tracing.open(outcome).context().getTraceId());
        assertFalse(tracing.open(outcome).context().getSpanId().equals(PARENT.getSpanId()));
      } else {
        assertSame(PARENT, tracing.open(outcome).context());
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          OTEL_TRACES_EXPORTER               | zipkin
          OTEL_EXPORTER_OTLP_ENDPOINT        | localhost:4318
          OTEL_EXPORTER_OTLP_PROTOCOL        | grpc
          OTEL_EXPORTER_OTLP_TRACES_PROTOCOL | http/json
          OTEL_TRACES_SAMPLER                | sometimes
          OTEL_BSP_SCHEDULE_DELAY            | soon
          OTEL_BSP_MAX_QUEUE_SIZE            | -1
          OTEL_RESOURCE_ATTRIBUTES           | blue
          OTEL_PROPAGATORS                   | pigeon
          """)
  void aWrongValueIsNamedWithItsVariable(String name, String value) {
    ConfigurationException e =
        assertThrows(ConfigurationException.class, () -> tracing(Map.of(name, value)).close());

    assertEquals(1, e.problems().size());
    String problem = e.problems().getFirst();
    assertTrue(problem.startsWith(name + " is '" + value + "'"), problem);
  }

  @Test
  void theVariableOfTwoThatBelongTogetherIsNamedAndSeveralWrongOnesAreListed() {
    Map<String, String> ratio =
        Map.of("OTEL_TRACES_SAMPLER", "traceidratio", "OTEL_TRACES_SAMPLER_ARG", "7");
    ConfigurationException one =
        assertThrows(ConfigurationException.class, () -> tracing(ratio).close());
    String problem = one.problems().getFirst();
    assertTrue(problem.startsWith("OTEL_TRACES_SAMPLER_ARG is '7'"), problem);
    assertTrue(problem.contains("[0.0, 1.0]"), problem);

    Map<String, String> two =
        Map.of("OTEL_TRACES_SAMPLER", "sometimes", "OTEL_BSP_SCHEDULE_DELAY", "soon");
    String both =
        assertThrows(ConfigurationException.class, () -> tracing(two).close())
            .problems()
            .getFirst();
    assertTrue(both.contains("OTEL_BSP_SCHEDULE_DELAY"), both);
    assertTrue(both.contains("OTEL_TRACES_SAMPLER"), both);
  }

  @Test
  void credentialsAreNotShown() {
    Map<String, String> headers = Map.of("OTEL_EXPORTER_OTLP_HEADERS", "s3cret");
    ConfigurationException e =
        assertThrows(ConfigurationException.class, () -> tracing(headers).close());

    String problem = e.problems().getFirst();
    assertTrue(problem.startsWith("OTEL_EXPORTER_OTLP_HEADERS is wrong"), problem);
    assertFalse(problem.contains("s3cret"), problem);
    assertFalse(new TracingConfig(headers).toString().contains("s3cret"));
  }
}
