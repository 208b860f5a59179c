package dev.paddock.worker.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.local.testing.OnAnyServices;
import dev.paddock.local.testing.Services;
import dev.paddock.schemas.CatalogScript;
import dev.paddock.schemas.ScriptKind;
import dev.paddock.schemas.SourcePosition;
import dev.paddock.schemas.Violation;
import dev.paddock.schemas.ViolationKind;
import dev.paddock.worker.ScriptUsed;
import dev.paddock.worker.catalog.CatalogEditor;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** In which order and how often a pipeline's records arrive; its script is in the catalog. */
@OnAnyServices
@ExtendWith(SharedServices.class)
class PipelineDeliveryTest {

  /** Numbers go to two partitions in turn: of two neighbours in one, the later takes less time. */
  private static final String UNEVEN =
      "const end = Date.now() + (Math.floor(input / 2) % 2 ? 5 : 20); while (Date.now() < end); input";

  private final Services services;
  private final String name = "p" + UUID.randomUUID();

  PipelineDeliveryTest(Services services) {
    this.services = services;
  }

  private Scene scene(Map<String, String> more) throws InterruptedException {
    Map<String, String> settings = new HashMap<>();
    settings.put("intake.requests", "false");
    settings.put("pipelines.numbers.from", name + ".in");
    settings.put("pipelines.numbers.to", name + ".out");
    settings.put("pipelines.numbers.script.id", "uneven");
    settings.putAll(more);
    return new Scene(services.bootstrapServers(), services.registryUrl(), settings);
  }

  private static void putScript(Scene scene) throws Exception {
    put(scene, script(1, ScriptKind.SCRIPT, UNEVEN));
  }

  private static CatalogScript.Builder script(int version, ScriptKind kind, String source) {
    return CatalogScript.newBuilder()
        .setId("uneven")
        .setVersion(version)
        .setKind(kind)
        .setSource(source)
        .setSha256(ScriptUsed.sha256(source, Map.of()))
        .setCreated(Instant.EPOCH);
  }

  private static void put(Scene scene, CatalogScript.Builder script) throws Exception {
    new CatalogEditor(scene.configuration("editor")).write(_ -> script.build());
  }

  private void send(Scene scene, int from, int to) {
    for (int n = from; n < to; n++) {
      var _ =
          scene.send(
              new ProducerRecord<>(
                  name + ".in", n % 2, "k".getBytes(UTF_8), Integer.toString(n).getBytes(UTF_8)));
    }
  }

  /** Numbers by the partition that they were sent to, in the order they arrived. */
  private static Map<Integer, List<Integer>> numbers(List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream()
        .map(record -> Integer.valueOf(new String(record.value(), UTF_8)))
        .collect(groupingBy(n -> n % 2));
  }

  private static Map<Integer, List<Integer>> inOrder(int count) {
    return IntStream.range(0, count).boxed().collect(groupingBy(n -> n % 2));
  }

  @Test
  @Tag("long")
  void recordsOfAKeyArriveInTheirOrderThoughTwoSandboxesRunThem() throws Exception {
    Map<String, String> settings =
        Map.of(
            "delivery.guarantee", "at-least-once",
            "pool.size", "2",
            "ordering", "none",
            "pipelines.numbers.script.version", "1");
    try (Scene scene = scene(settings);
        RecordTail tail = new RecordTail(scene.configuration("w1"), name + ".out")) {
      StartException refused = assertThrows(StartException.class, () -> scene.worker("w0"));
      String message = String.valueOf(refused.getMessage());
      assertTrue(
          message.contains("script.id is 'uneven' version 1, which is no script of"), message);

      putScript(scene);
      Map<String, String> reused = Map.of("pipelines.numbers.reuse", "script");
      refused = assertThrows(StartException.class, () -> scene.worker("w0", reused));
      message = String.valueOf(refused.getMessage());
      assertTrue(
          message.contains(
              "pipelines.numbers.reuse is script, but 'uneven' version 1 of tenant 'default' is no ES module"),
          message);

      send(scene, 0, 120);
      Worker worker = scene.worker("w1");
      // From now on it takes no records without a key, which the worker does not know.
      KafkaConfigs.set(
          scene.configuration("w1"),
          ConfigResource.Type.TOPIC,
          name + ".out",
          "cleanup.policy",
          "compact");
      assertEquals(inOrder(120), numbers(scene.records(tail, 120)));

      // Kafka refuses what is in one batch with it, too, but not for good.
      var _ = scene.send(new ProducerRecord<>(name + ".in", 0, null, "121".getBytes(UTF_8)));
      send(scene, 0, 30);
      Violation refusal = scene.violations(_ -> true, 1).getFirst().value();
      assertEquals(ViolationKind.OUTPUT_SCHEMA, refusal.getKind());
      assertEquals(150, scene.records(tail, 150).size());
      worker.close();
      assertEquals(151, scene.committed());
      assertEquals(1, scene.violations(_ -> true, 1).size());
    }
  }

  @Test
  void withoutAVersionEachRecordIsGivenToTheLatestThatIsNotDisabled() throws Exception {
    try (Scene scene = scene(Map.of());
        RecordTail tail = new RecordTail(scene.configuration("w1"), name + ".out")) {
      CatalogScript.Builder first = version(1);
      CatalogScript.Builder second = version(2);
      put(scene, first);
      scene.worker("w1");
      assertEquals("version 1", outcome(scene, tail));
      put(scene, second);
      awaitOutcome("version 2", scene, tail);
      put(scene, second.setDisabled(true));
      awaitOutcome("version 1", scene, tail);
      put(scene, first.setDisabled(true));
      awaitOutcome("SCRIPT_NOT_FOUND", scene, tail);
    }
  }

  private static CatalogScript.Builder version(int version) {
    return script(
        version,
        ScriptKind.MODULE,
        "export default (value, { offset }) => ({ offset, by: 'version %d' });".formatted(version));
  }

  private void awaitOutcome(String expected, Scene scene, RecordTail tail) {
    Awaitility.await(expected)
        .atMost(Scene.PATIENCE)
        .until(() -> outcome(scene, tail), expected::equals);
  }

  /** What ran a record that is sent now, or the kind of the violation that has its position. */
  private String outcome(Scene scene, RecordTail tail) throws Exception {
    long offset =
        scene.send(new ProducerRecord<>(name + ".in", 0, null, "1".getBytes(UTF_8))).get().offset();
    SourcePosition position = new SourcePosition(name + ".in", 0, offset);
    String start = "{\"offset\":" + offset + ",\"by\":\"";
    return Awaitility.await("what comes of " + position)
        .atMost(Scene.PATIENCE)
        .until(
            () ->
                Stream.concat(
                        tail.read().stream()
                            .map(record -> new String(record.value(), UTF_8))
                            .filter(value -> value.startsWith(start))
                            .map(value -> value.substring(start.length(), value.length() - 2)),
                        scene
                            .violations(entry -> entry.value().getSource().equals(position), 0)
                            .stream()
                            .map(entry -> entry.value().getKind().name()))
                    .toList(),
            outcomes -> !outcomes.isEmpty())
        .getFirst();
  }

  @Test
  @Tag("long")
  void eachRecordArrivesOnceThoughTheWorkerIsKilledInTheMiddle(@TempDir Path folder)
      throws Exception {
    Map<String, String> settings = Map.of("kafka.producer.transaction.timeout.ms", "3000");
    try (Scene scene = scene(settings);
        RecordTail tail = new RecordTail(scene.configuration("w1"), name + ".out")) {
      scene.keepSessionsFor(Duration.ofSeconds(5));
      putScript(scene);
      send(scene, 0, 200);
      Process first = scene.workerProcess("w1", folder);
      scene.records(tail, 20);
      var _ = first.destroyForcibly().onExit().join();
      send(scene, 200, 240);

      scene.worker("w2");
      assertEquals(inOrder(240), numbers(scene.records(tail, 240)));
    }
  }
}
