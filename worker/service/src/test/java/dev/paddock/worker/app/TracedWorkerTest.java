package dev.paddock.worker.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.local.LocalServices;
import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.worker.observe.SpanCollector;
import dev.paddock.worker.observe.SpanCollector.Taken;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of the trace that a record belongs to: with requests and a pipeline, in a worker
 * that exports spans and delivers exactly once, and in one that does neither. A record is found by
 * its key.
 */
@ExtendWith(SharedServices.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TracedWorkerTest {

  private static final String SPAN = "b7ad6b7169203331";

  /** Topics of one worker, and what is written to them. */
  private record Place(
      Scene scene, String from, RecordTail results, RecordTail violations, RecordTail to)
      implements AutoCloseable {

    /** Sends a request with its id as key. */
    void request(String id, String script, @Nullable String parent) {
      request(Scene.request(id, script).build(), parent);
    }

    /** The same with all that a request may have. */
    void request(ExecutionRequest request, @Nullable String parent) {
      byte[] key = request.getExecutionId().getBytes(UTF_8);
      String topic = scene.configuration("w").topics().requests();
      send(new ProducerRecord<>(topic, key, scene.bytes(request)), parent);
    }

    /** Sends a record to the pipeline. */
    void event(String key, String value, @Nullable String parent) {
      send(new ProducerRecord<>(from, key.getBytes(UTF_8), value.getBytes(UTF_8)), parent);
    }

    void send(ProducerRecord<byte[], byte[]> record, @Nullable String parent) {
      if (parent != null) {
        record.headers().add("traceparent", parent.getBytes(UTF_8));
        record.headers().add("tracestate", "vendor=x".getBytes(UTF_8));
      }
      var _ = scene.send(record);
    }

    /** What was written with this key. */
    ConsumerRecord<byte[], byte[]> written(RecordTail tail, String key) {
      byte[] wanted = key.getBytes(UTF_8);
      return Awaitility.await(key + " in " + tail)
          .atMost(Scene.PATIENCE)
          .until(
              () ->
                  tail.read().stream()
                      .filter(record -> Arrays.equals(wanted, record.key()))
                      .toList(),
              found -> !found.isEmpty())
          .getFirst();
    }

    @Override
    public void close() {
      results.close();
      violations.close();
      to.close();
      scene.close();
    }
  }

  private final SpanCollector collector = new SpanCollector();
  private final LocalServices services;
  private final Path folder;
  private final Place traced;

  TracedWorkerTest(LocalServices services, @TempDir Path folder) throws Exception {
    this.services = services;
    this.folder = folder;
    this.traced = place("exactly-once", collector.environment());
  }

  /** A worker, and a pipeline whose script decides what it writes. */
  private Place place(String guarantee, Map<String, String> environment) throws Exception {
    String name = "e" + UUID.randomUUID();
    Path script = folder.resolve(name + ".mjs");
    Files.writeString(script, "export default (value) => value;");
    Scene scene =
        new Scene(
            services.broker().bootstrapServers(),
            services.registry().url(),
            Map.of(
                "delivery.guarantee",
                guarantee,
                "pipelines.echo.from",
                name + ".from",
                "pipelines.echo.to",
                name + ".to",
                "pipelines.echo.script.file",
                script.toString(),
                "pipelines.echo.output.envelope",
                "true"));
    scene.workerIn(environment);
    var configuration = scene.configuration("tails");
    return new Place(
        scene,
        name + ".from",
        new RecordTail(configuration, configuration.topics().results()),
        new RecordTail(configuration, configuration.topics().violations()),
        new RecordTail(configuration, name + ".to"));
  }

  @AfterAll
  void stop() {
    traced.close();
    collector.close();
  }

  /** A trace of its own. */
  private static String newTrace() {
    return UUID.randomUUID().toString().replace("-", "");
  }

  private static String parent(String trace, String flags) {
    return "00-" + trace + "-" + SPAN + "-" + flags;
  }

  private static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
    List<Header> found =
        List.of(record.headers().toArray()).stream()
            .filter(header -> header.key().equals(name))
            .toList();
    assertTrue(found.size() < 2, found.toString());
    return found.isEmpty() ? null : new String(found.getFirst().value(), UTF_8);
  }

  private Taken execution(String trace) {
    return collector.await(
        "an execution in " + trace,
        taken -> taken.traceId().equals(trace) && taken.span().getName().equals("paddock execute"));
  }

  private static void assertBelongsTo(Taken span, ConsumerRecord<byte[], byte[]> written) {
    assertEquals("00-" + span.traceId() + "-" + span.id() + "-01", header(written, "traceparent"));
    assertEquals("vendor=x", header(written, "tracestate"));
  }

  @Test
  void anExecutionIsAChildOfItsRequestAndTheParentOfItsResult() {
    String trace = newTrace();
    traced.request("good", "1 + 1", parent(trace, "01"));

    ConsumerRecord<byte[], byte[]> result = traced.written(traced.results(), "good");
    Taken execution = execution(trace);
    assertEquals(SPAN, execution.parentId());
    assertBelongsTo(execution, result);
    assertEquals("good", execution.attributes().get("paddock.execution.id"));
    assertEquals("SUCCEEDED", execution.attributes().get("paddock.status"));
    for (String part : List.of("queue", "run")) {
      Taken child =
          collector.await(
              part, taken -> taken.traceId().equals(trace) && taken.span().getName().equals(part));
      assertEquals(execution.id(), child.parentId());
      assertTrue(child.span().getStartTimeUnixNano() >= execution.span().getStartTimeUnixNano());
      assertTrue(child.span().getEndTimeUnixNano() <= execution.span().getEndTimeUnixNano());
    }
  }

  @Test
  void resultAndViolationOfAScriptThatIsStoppedBelongToItsSpanWhichIsAnError() {
    String trace = newTrace();
    traced.request("large", "'x'.repeat(600 * 1024)", parent(trace, "01"));

    Taken execution = execution(trace);
    assertEquals(StatusCode.STATUS_CODE_ERROR, execution.span().getStatus().getCode());
    assertEquals("OUTPUT_SIZE", execution.attributes().get("error.type"));
    assertBelongsTo(execution, traced.written(traced.results(), "large"));
    assertTrue(
        traced.scene().records(traced.violations(), 1).stream()
            .anyMatch(
                violation ->
                    parent(trace, "01")
                        .replace(SPAN, execution.id())
                        .equals(header(violation, "traceparent"))));
  }

  @Test
  void aResultThatIsCutDownToFitBelongsToTheSpanAllTheSame() {
    String trace = newTrace();
    traced.request(tooLarge("cut"), parent(trace, "01"));

    ConsumerRecord<byte[], byte[]> result = traced.written(traced.results(), "cut");
    assertTrue(result.serializedValueSize() < 1 << 20);
    Taken execution = execution(trace);
    assertBelongsTo(execution, result);
    assertEquals("VIOLATED", execution.attributes().get("paddock.status"));
    assertEquals("OUTPUT_SIZE", execution.attributes().get("paddock.violation"));
    assertEquals(StatusCode.STATUS_CODE_ERROR, execution.span().getStatus().getCode());
  }

  /** One whose result is more than a producer takes. */
  private static ExecutionRequest tooLarge(String id) {
    return Scene.request(id, "'x'.repeat(400_000)")
        .setLabels(Map.of("long", "y".repeat(700_000)))
        .build();
  }

  @Test
  void whatIsNotSampledLeavesNoSpanAndTheTraceGoesOn() {
    String unsampled = newTrace();
    String sampled = newTrace();
    traced.request("unsampled", "1", parent(unsampled, "00"));
    String header = header(traced.written(traced.results(), "unsampled"), "traceparent");
    assertNotNull(header);
    assertTrue(header.startsWith("00-" + unsampled + "-"), header);
    assertTrue(header.endsWith("-00"), header);

    traced.request("sampled", "1", parent(sampled, "01"));
    var _ = execution(sampled); // and so everything before it
    assertFalse(collector.all().stream().anyMatch(taken -> taken.traceId().equals(unsampled)));
  }

  @Test
  void aRequestWithoutATraceOrWithGarbageBeginsOne() {
    traced.request("none", "1", null);
    traced.request("garbage", "1", "00-garbage-01");

    for (String id : List.of("none", "garbage")) {
      String header = header(traced.written(traced.results(), id), "traceparent");
      assertNotNull(header, id);
      Taken execution = execution(header.substring(3, 35));
      assertEquals("", execution.parentId());
      assertEquals(id, execution.attributes().get("paddock.execution.id"));
    }
  }

  @Test
  void whatCannotBeReadIsASpanToo() {
    String trace = newTrace();
    String topic = traced.scene().configuration("w").topics().requests();
    traced.send(
        new ProducerRecord<>(topic, "bad".getBytes(UTF_8), "garbage".getBytes(UTF_8)),
        parent(trace, "01"));

    assertEquals("MALFORMED_REQUEST", execution(trace).attributes().get("error.type"));
  }

  @Test
  void whatAPipelineWritesBelongsToItsSpanWhateverHeadersTheScriptSets() {
    String kept = newTrace();
    String set = newTrace();
    traced.event("kept", "{\"value\":1}", parent(kept, "01"));
    traced.event("set", "{\"value\":1,\"headers\":{\"traceparent\":\"mine\"}}", parent(set, "01"));

    assertBelongsTo(execution(kept), traced.written(traced.to(), "kept"));
    assertBelongsTo(execution(set), traced.written(traced.to(), "set"));
    assertEquals("echo", execution(kept).attributes().get("paddock.pipeline"));
  }

  @Test
  void whatAPipelineMustNotWriteIsAnError() {
    String trace = newTrace();
    traced.event("unfit", "1", parent(trace, "01"));

    assertEquals("OUTPUT_SCHEMA", execution(trace).attributes().get("error.type"));
  }

  @Test
  void aWorkerThatExportsNothingCarriesTracesOnAsTheyCame() throws Exception {
    try (Place plain = place("at-least-once", Map.of())) {
      String parent = parent(newTrace(), "01");
      plain.request("with", "1", parent);
      plain.request(tooLarge("cut"), parent);
      plain.request("without", "1", null);
      plain.request("garbage", "1", "garbage");
      plain.event("with", "{\"value\":1,\"headers\":{}}", parent);
      plain.event("without", "{\"value\":1,\"headers\":{\"traceparent\":\"mine\"}}", null);

      ConsumerRecord<byte[], byte[]> result = plain.written(plain.results(), "with");
      assertEquals(parent, header(result, "traceparent"));
      assertEquals("vendor=x", header(result, "tracestate"));
      assertEquals(parent, header(plain.written(plain.results(), "cut"), "traceparent"));
      for (String id : List.of("without", "garbage")) {
        assertEquals(0, plain.written(plain.results(), id).headers().toArray().length, id);
      }
      ConsumerRecord<byte[], byte[]> event = plain.written(plain.to(), "with");
      assertEquals(parent, header(event, "traceparent"));
      assertEquals("vendor=x", header(event, "tracestate"));
      assertEquals("mine", header(plain.written(plain.to(), "without"), "traceparent"));
      assertTrue(collector.all().stream().noneMatch(taken -> parent.contains(taken.traceId())));
    }
  }
}
