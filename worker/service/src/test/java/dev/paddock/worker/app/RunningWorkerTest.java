package dev.paddock.worker.app;

import static dev.paddock.worker.app.Checks.numbers;
import static dev.paddock.worker.app.Checks.outputs;
import static dev.paddock.worker.app.Checks.sendNumbers;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.local.testing.OnAnyServices;
import dev.paddock.local.testing.Services;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.schemas.Limits;
import dev.paddock.schemas.ScriptClock;
import dev.paddock.schemas.ScriptRandomness;
import dev.paddock.schemas.SourcePosition;
import dev.paddock.schemas.Violation;
import dev.paddock.schemas.ViolationKind;
import dev.paddock.worker.Release;
import dev.paddock.worker.config.Configuration;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What one worker makes of all kinds of records, for every way to deliver; each test has execution
 * ids of its own.
 */
@OnAnyServices
@ExtendWith(SharedServices.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RunningWorkerTest {

  private static final int PRODUCER_TAKES = 256 << 10;
  private static final int BROKER_TAKES = 150_000;

  private final Scene scene;

  @SuppressWarnings("NullAway.Init")
  private Worker worker;

  RunningWorkerTest(Services services, String guarantee) throws InterruptedException {
    scene =
        new Scene(
            services.bootstrapServers(),
            services.registryUrl(),
            Map.of(
                "delivery.guarantee", guarantee,
                "kafka.producer.max.request.size", Integer.toString(PRODUCER_TAKES),
                "kafka.producer.compression.type", "none",
                "limits.default.output.bytes", "100KiB",
                "limits.ceiling.output.bytes", "100KiB",
                "limits.ceiling.log.bytes", "64KiB"));
  }

  @BeforeAll
  void start() throws Exception {
    Configuration configuration = scene.configuration("w1");
    KafkaConfigs.set(
        configuration,
        ConfigResource.Type.TOPIC,
        configuration.topics().results(),
        "max.message.bytes",
        Integer.toString(BROKER_TAKES));
    worker = scene.worker("w1");
  }

  @AfterAll
  void stop() {
    scene.close();
  }

  private List<TopicTail.Entry<ExecutionResult>> results(String prefix, int atLeast) {
    return scene.results(entry -> entry.value().getExecutionId().startsWith(prefix), atLeast);
  }

  private ExecutionResult result(String id) {
    return results(id, 1).getFirst().value();
  }

  private Violation violation(String id) {
    return scene
        .violations(entry -> entry.value().getExecutionId().equals(id), 1)
        .getFirst()
        .value();
  }

  @Test
  void everyRequestOfSeveralPartitionsGetsExactlyOneResultUnderItsKey() {
    sendNumbers(scene, "each-", 0, 500, Checks.NUMBER);

    List<TopicTail.Entry<ExecutionResult>> results = results("each-", 500);

    assertEquals(numbers("each-", 0, 500), outputs(results));
    Set<Integer> partitions = new HashSet<>();
    for (TopicTail.Entry<ExecutionResult> entry : results) {
      ExecutionResult result = entry.value();
      assertArrayEquals(result.getExecutionId().getBytes(UTF_8), entry.key());
      assertEquals(ExecutionStatus.SUCCEEDED, result.getStatus());
      assertEquals("w1", result.getWorker());
      assertEquals(Release.VERSION, result.getPaddockVersion());
      assertTrue(result.getUsage().getWallMicros() > 0);
      partitions.add(result.getSource().getPartition());
    }
    assertEquals(Set.of(0, 1, 2, 3), partitions);
  }

  @Test
  void whatCannotBeDecodedBecomesAViolationWithItsBytesAndThePartitionGoesOn() throws Exception {
    byte[] good = scene.bytes(Scene.request("after-the-bad", "1 + 1").build());
    byte[] wrongMagic = good.clone();
    wrongMagic[0] = 9;
    byte[] unknownId = good.clone();
    unknownId[1] = 0x7f;
    List<byte[]> bad =
        Arrays.asList(
            "garbage".getBytes(UTF_8),
            new byte[0],
            wrongMagic,
            unknownId,
            Arrays.copyOf(good, good.length - 3),
            scene.violationBytes(aViolation()),
            null);
    long first = scene.send(0, null, bad.getFirst()).get().offset();
    for (byte[] value : bad.subList(1, bad.size())) {
      var _ = scene.send(0, null, value);
    }
    var _ = scene.send(0, null, good);

    assertEquals("2", result("after-the-bad").getOutput());
    String topic = scene.configuration("w1").topics().requests();
    for (int i = 0; i < bad.size(); i++) {
      Violation violation = violation(topic + "-0-" + (first + i));
      assertEquals(ViolationKind.MALFORMED_REQUEST, violation.getKind());
      ByteBuffer raw = violation.getRawRequest();
      assertEquals(
          bad.get(i) == null ? null : ByteBuffer.wrap(bad.get(i)), raw, violation.getMessage());
    }
  }

  @Test
  void aRequestWithALimitBelowOneIsRejectedWithAResult() {
    scene.send(
        Scene.request("no-limit", "1")
            .setLimits(Limits.newBuilder().setCpuMillis(0L).build())
            .build());

    ExecutionResult result = result("no-limit");
    assertEquals(ExecutionStatus.REJECTED, result.getStatus());
    assertEquals("MALFORMED_REQUEST", result.getError().getName());
    String message = result.getError().getMessage();
    assertTrue(message.contains("limits.cpuMillis is 0"), message);
    assertEquals(ViolationKind.MALFORMED_REQUEST, violation("no-limit").getKind());
  }

  @Test
  void aRequestWhoseInputIsLargerThanItAllowsItselfIsRejectedAndViolatesThat() {
    Limits little = Limits.newBuilder().setInputBytes(10L).build();
    scene.send(
        Scene.request("small-input", "input").setInput("[1,2,3,4]").setLimits(little).build());
    scene.send(
        Scene.request("large-input", "input").setInput("[1,2,3,4,5]").setLimits(little).build());
    scene.send(
        Scene.request("large-source", "'seven' + 1")
            .setLimits(Limits.newBuilder().setSourceBytes(7L).build())
            .build());

    assertEquals("[1,2,3,4]", result("small-input").getOutput());
    assertTooLarge("large-input", ViolationKind.INPUT_SIZE, 10);
    assertTooLarge("large-source", ViolationKind.SOURCE_SIZE, 7);
  }

  private void assertTooLarge(String id, ViolationKind kind, long limit) {
    ExecutionResult result = result(id);
    assertEquals(ExecutionStatus.REJECTED, result.getStatus());
    assertEquals(kind.name(), result.getError().getName());
    Violation violation = violation(id);
    assertEquals(kind, violation.getKind());
    assertEquals(limit, violation.getLimit());
    assertEquals(11, violation.getObserved());
    assertEquals("bytes", violation.getUnit());
  }

  @Test
  void aRequestMayHaveTheSystemsClockAndRandomness() {
    String source =
        "[Number.isInteger(performance.now() + performance.now()), crypto.randomUUID()]";
    scene.send(Scene.request("repeatable", source).build());
    scene.send(
        Scene.request("of-system", source)
            .setClock(ScriptClock.SYSTEM)
            .setRandomness(ScriptRandomness.SYSTEM)
            .build());
    scene.send(
        Scene.request("seed-in-vain", source)
            .setRandomness(ScriptRandomness.SYSTEM)
            .setSeed(1L)
            .build());

    assertTrue(result("repeatable").getOutput().startsWith("[false,"));
    assertTrue(result("of-system").getOutput().startsWith("[true,"));
    assertEquals(ExecutionStatus.REJECTED, result("seed-in-vain").getStatus());
    assertEquals(ViolationKind.MALFORMED_REQUEST, violation("seed-in-vain").getKind());
  }

  private static Violation aViolation() {
    return new Violation(
        "x",
        "x",
        ViolationKind.HEAP,
        1L,
        1L,
        "",
        "x",
        "",
        new SourcePosition("x", 0, 0L),
        "x",
        "",
        Instant.EPOCH,
        null);
  }

  @Test
  void aResultThatTheBrokerFindsTooLargeIsReplaced() {
    Map<String, String> labels = Map.of("a", "y".repeat(100_000));
    scene.send(Scene.request("broker", "'x'.repeat(90000)").setLabels(labels).build());

    ExecutionResult result = result("broker");
    assertOutputSize(result);
    assertEquals(labels, result.getLabels());
    Violation violation = violation("broker");
    assertEquals(ViolationKind.OUTPUT_SIZE, violation.getKind());
    assertEquals(0, violation.getLimit());
    assertTrue(violation.getObserved() > 190_000, violation.toString());
  }

  @Test
  void aResultThatTheProducerFindsTooLargeIsReplacedAndLosesLabelsThatStillDoNotFit() {
    scene.send(
        Scene.request("producer", "'x'.repeat(90000)")
            .setLabels(Map.of("a", "y".repeat(180_000)))
            .build());

    ExecutionResult result = result("producer");
    assertOutputSize(result);
    assertEquals(Map.of(), result.getLabels());
    assertEquals(PRODUCER_TAKES, violation("producer").getLimit());
  }

  private static void assertOutputSize(ExecutionResult result) {
    assertEquals(ExecutionStatus.VIOLATED, result.getStatus());
    assertEquals("OUTPUT_SIZE", result.getError().getName());
    assertNull(result.getOutput());
  }

  @Test
  void aSandboxThatIsKilledInTheMiddleOfABatchLosesNothing() {
    sendNumbers(scene, "killed-", 0, 200, Checks.WAITING_NUMBER);
    for (int seen : new int[] {20, 100}) {
      results("killed-", seen);
      assertTrue(sandbox().destroyForcibly(), "the sandbox was gone already");
    }

    assertEquals(numbers("killed-", 0, 200), outputs(results("killed-", 200)));
    await("everything is committed")
        .atMost(Scene.PATIENCE)
        .until(() -> scene.committed() == scene.sent());
  }

  private ProcessHandle sandbox() {
    return ProcessHandle.of(worker.pool().processIds()[0]).orElseThrow();
  }
}
