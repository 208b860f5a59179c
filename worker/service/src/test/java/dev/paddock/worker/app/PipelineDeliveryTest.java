package dev.paddock.worker.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.local.LocalServices;
import dev.paddock.schemas.CatalogScript;
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
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** In which order and how often a pipeline's records arrive; its script is in the catalog. */
@ExtendWith(SharedServices.class)
class PipelineDeliveryTest {

  private static final int KEYS = 3;

  /** The later of two neighbours of a key takes less time than the one before it. */
  private static final String UNEVEN =
      "const end = Date.now() + (input % 2 ? 5 : 20); while (Date.now() < end); input";

  private final LocalServices services;
  private final String name = "p" + UUID.randomUUID();

  PipelineDeliveryTest(LocalServices services) {
    this.services = services;
  }

  private Scene scene(Map<String, String> more) throws InterruptedException {
    Map<String, String> settings = new HashMap<>();
    settings.put("intake.requests", "false");
    settings.put("pipelines.numbers.from", name + ".in");
    settings.put("pipelines.numbers.to", name + ".out");
    settings.put("pipelines.numbers.script.id", "uneven");
    settings.put("pipelines.numbers.script.version", "1");
    settings.putAll(more);
    return new Scene(services.broker().bootstrapServers(), services.registry().url(), settings);
  }

  private static void putScript(Scene scene) throws Exception {
    new CatalogEditor(scene.configuration("editor"))
        .write(
            _ ->
                CatalogScript.newBuilder()
                    .setId("uneven")
                    .setVersion(1)
                    .setSource(UNEVEN)
                    .setSha256(ScriptUsed.sha256(UNEVEN, Map.of()))
                    .setCreated(Instant.EPOCH)
                    .build());
  }

  private void send(Scene scene, int from, int to) {
    for (int n = from; n < to; n++) {
      var _ =
          scene.send(
              new ProducerRecord<>(
                  name + ".in",
                  n % 2,
                  ("k" + n % KEYS).getBytes(UTF_8),
                  Integer.toString(n).getBytes(UTF_8)));
    }
  }

  /** Numbers by the partition that they were sent to and their key, in the order they arrived. */
  private static Map<List<Object>, List<Integer>> numbers(
      List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream()
        .map(record -> Integer.valueOf(new String(record.value(), UTF_8)))
        .collect(groupingBy(n -> List.of(n % 2, "k" + n % KEYS), mapping(n -> n, toList())));
  }

  private static Map<List<Object>, List<Integer>> inOrder(int count) {
    return IntStream.range(0, count)
        .boxed()
        .collect(groupingBy(n -> List.of(n % 2, "k" + n % KEYS), mapping(n -> n, toList())));
  }

  @Test
  void recordsOfAKeyArriveInTheirOrderThoughTwoSandboxesRunThem() throws Exception {
    Map<String, String> settings =
        Map.of("delivery.guarantee", "at-least-once", "pool.size", "2", "ordering", "none");
    try (Scene scene = scene(settings);
        RecordTail tail = new RecordTail(scene.configuration("w1"), name + ".out")) {
      StartException refused = assertThrows(StartException.class, () -> scene.worker("w0"));
      String message = String.valueOf(refused.getMessage());
      assertTrue(
          message.contains("script.id is 'uneven' version 1, which is no script of"), message);

      putScript(scene);
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
