package dev.paddock.worker.app;

import static dev.paddock.worker.app.Checks.numbers;
import static dev.paddock.worker.app.Checks.outputs;
import static dev.paddock.worker.app.Checks.sendNumbers;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.local.testing.OnAnyServices;
import dev.paddock.local.testing.Services;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.Violation;
import dev.paddock.worker.config.Configuration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What a reader of committed records sees by default. What it sees when workers or the broker are
 * killed, stopped or come and go is for WorkerTest, OutageTest and the chaos run.
 */
@OnAnyServices
@ExtendWith(SharedServices.class)
class ExactlyOnceTest {

  /** Every third script takes 30 ms, the others next to nothing. */
  private static final String UNEVEN =
      "new Promise(done => setTimeout(() => done(input.n), input.n % 3 ? 0 : 30))";

  private final Services services;

  ExactlyOnceTest(Services services) {
    this.services = services;
  }

  private Scene scene(Map<String, String> settings) throws InterruptedException {
    return new Scene(services.bootstrapServers(), services.registryUrl(), settings);
  }

  @Test
  void resultsComeInTheOrderOfTheirRequestsThoughScriptsOvertakeEachOther() throws Exception {
    try (Scene scene = scene(Map.of("pool.size", "2"))) {
      sendNumbers(scene, "e", 0, 300, UNEVEN);
      Worker worker = scene.worker("w1");

      List<TopicTail.Entry<ExecutionResult>> results = scene.results(300);

      assertEquals(numbers("e", 0, 300), outputs(results));
      assertEquals(List.of(), outOfOrder(results, entry -> entry.getSource().getOffset()));
      assertTrue(
          outOfOrder(results, entry -> entry.getCompletedAt().toEpochMilli()).size() > 10,
          "no script has overtaken another");
      worker.close();
      assertEquals(300, scene.committed());
    }
  }

  /** Results before which the same partition, of results as of requests, has a higher number. */
  private static List<String> outOfOrder(
      List<TopicTail.Entry<ExecutionResult>> results, ToLongFunction<ExecutionResult> number) {
    Map<List<Integer>, Long> highest = new HashMap<>();
    List<String> found = new ArrayList<>();
    for (TopicTail.Entry<ExecutionResult> entry : results) {
      ExecutionResult result = entry.value();
      List<Integer> way = List.of(result.getSource().getPartition(), entry.partition());
      long own = number.applyAsLong(result);
      if (highest.getOrDefault(way, Long.MIN_VALUE) > own) {
        found.add(result.getExecutionId());
      }
      highest.merge(way, own, Math::max);
    }
    return found;
  }

  @Test
  void whatCannotBeDecodedBecomesOneViolationAmongTheResults() throws Exception {
    try (Scene scene = scene(Map.of("pool.size", "2"))) {
      Set<String> bad = new HashSet<>();
      for (int n = 0; n < 60; n++) {
        sendNumbers(scene, "e", n, n + 1, Checks.NUMBER);
        String topic = scene.configuration("w1").topics().requests();
        var sent = scene.send(n % 4, null, ("garbage " + n).getBytes(UTF_8)).get();
        bad.add(topic + "-" + sent.partition() + "-" + sent.offset());
      }
      Worker worker = scene.worker("w1");

      assertEquals(numbers("e", 0, 60), outputs(scene.results(60)));
      List<String> ids =
          scene.violations(_ -> true, 60).stream()
              .map(TopicTail.Entry::value)
              .map(Violation::getExecutionId)
              .toList();
      assertEquals(60, ids.size());
      assertEquals(bad, Set.copyOf(ids));
      worker.close();
      assertEquals(120, scene.committed());
    }
  }

  @Test
  void requestsOfAnAbortedTransactionAreNotRunAndTheirOffsetsAreCommitted() throws Exception {
    try (Scene scene = scene(Map.of("topics.partitions", "2"))) {
      Worker worker = scene.worker("w1");
      sendInTransaction(scene, "a", true);
      sendInTransaction(scene, "b", true);
      sendInTransaction(scene, "c", false);

      await("everything is committed, up to the last marker")
          .atMost(Scene.PATIENCE)
          .until(() -> scene.committed() == ends(scene));
      worker.close();
      Map<String, String> expected = numbers("a", 0, 10);
      expected.putAll(numbers("b", 0, 10));
      assertEquals(expected, outputs(scene.results(20)));
      assertEquals(List.of(), scene.violations(_ -> true, 0));
    }
  }

  /** Ten requests to two partitions. */
  private static void sendInTransaction(Scene scene, String prefix, boolean commits) {
    Configuration configuration = scene.configuration("sender");
    Map<String, Object> properties = new HashMap<>(configuration.kafka().producer());
    properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, configuration.intake().group());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      for (int n = 0; n < 10; n++) {
        String input = "{\"n\":" + n + "}";
        byte[] request =
            scene.bytes(Scene.request(prefix + n, Checks.NUMBER).setInput(input).build());
        var _ =
            producer.send(
                new ProducerRecord<>(configuration.topics().requests(), n % 2, null, request));
      }
      producer.flush(); // what is aborted is there, too
      if (commits) {
        producer.commitTransaction();
      } else {
        producer.abortTransaction();
      }
    }
  }

  /** Ends of all requests' partitions, markers of transactions included. */
  private static long ends(Scene scene) throws Exception {
    Configuration configuration = scene.configuration("sender");
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (int partition = 0; partition < configuration.topics().partitions(); partition++) {
      latest.put(
          new TopicPartition(configuration.topics().requests(), partition), OffsetSpec.latest());
    }
    try (Admin admin = Admin.create(configuration.kafka().admin())) {
      return admin.listOffsets(latest).all().get().values().stream()
          .mapToLong(ListOffsetsResultInfo::offset)
          .sum();
    }
  }

  @Test
  void aRecordThatTheBrokerRefusesCostsATransactionButNoScriptIsRunAgain() throws Exception {
    int requests = 60;
    Map<String, String> settings =
        Map.of(
            "kafka.producer.compression.type",
            "none",
            // Were all run again, the sandbox would be replaced; it may be after three quarters.
            "sandbox.max.executions",
            Integer.toString(requests * 4 / 3 + 1),
            // All in one transaction.
            "delivery.transaction.interval.ms",
            "3000");
    try (Scene scene = scene(settings)) {
      refuseAbove(scene, 50_000);
      sendNumbers(scene, "e", 0, requests - 2, Checks.NUMBER);
      scene.send(Scene.request("large-1", "'x'.repeat(60000)").build());
      scene.send(Scene.request("large-2", "'x'.repeat(70000)").build());
      Worker worker = scene.worker("w1");

      Map<String, String> outputs = outputs(scene.results(requests));
      numbers("e", 0, requests - 2).forEach((id, n) -> assertEquals(n, outputs.get(id)));
      for (String large : List.of("large-1", "large-2")) {
        String output = String.valueOf(outputs.get(large));
        assertTrue(output.contains("OUTPUT_SIZE"), output);
      }
      assertEquals(requests, outputs.size());
      assertEquals(2, scene.violations(_ -> true, 2).size());
      await("everything is committed")
          .atMost(Scene.PATIENCE)
          .until(() -> scene.committed() == requests);
      assertEquals(0, worker.pool().statistics().recycled(), "a script was run again");
    }
  }

  private static void refuseAbove(Scene scene, int bytes) throws Exception {
    ConfigResource results =
        new ConfigResource(ConfigResource.Type.TOPIC, scene.configuration("w1").topics().results());
    ConfigEntry limit = new ConfigEntry("max.message.bytes", Integer.toString(bytes));
    try (Admin admin = Admin.create(scene.configuration("w1").kafka().admin())) {
      admin
          .incrementalAlterConfigs(
              Map.of(results, List.of(new AlterConfigOp(limit, AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
  }
}
