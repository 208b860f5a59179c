package dev.paddock.worker.app;

import static dev.paddock.worker.app.Checks.numbers;
import static dev.paddock.worker.app.Checks.outputs;
import static dev.paddock.worker.app.Checks.sendNumbers;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.local.LocalBroker;
import dev.paddock.local.LocalServices;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.Violation;
import dev.paddock.worker.cli.Cli;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a reader of committed records sees, whatever happens to workers and broker. */
@ExtendWith(SharedServices.class)
class ExactlyOnceTest {

  private static final Map<String, String> EXACTLY_ONCE =
      Map.of(
          "delivery.guarantee", "exactly-once",
          // Readers wait that long for what a killed worker has left open.
          "kafka.producer.transaction.timeout.ms", "5000");

  /** Every third script takes 30 ms, the others next to nothing. */
  private static final String UNEVEN =
      "const end = Date.now() + (input.n % 3 ? 0 : 30); while (Date.now() < end); input.n";

  private final LocalServices services;

  ExactlyOnceTest(LocalServices services) {
    this.services = services;
  }

  private Scene scene(Map<String, String> more) throws InterruptedException {
    return scene(services.broker(), more);
  }

  private Scene scene(LocalBroker broker, Map<String, String> more) throws InterruptedException {
    Map<String, String> settings = new HashMap<>(EXACTLY_ONCE);
    settings.putAll(more);
    return new Scene(broker.bootstrapServers(), services.registry().url(), settings);
  }

  @Test
  void resultsComeInTheOrderOfTheirRequestsThoughScriptsOvertakeEachOther() throws Exception {
    try (Scene scene = scene(Map.of("pool.size", "3"))) {
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
  void aWorkerThatIsKilledLeavesNothingUndoneAndNothingDouble(@TempDir Path folder)
      throws Exception {
    try (Scene scene = scene(Map.of("pool.size", "2"))) {
      sendNumbers(scene, "e", 0, 400, Checks.SLOW_NUMBER);
      Process first = startWorker(scene.settings("w1", Map.of()), folder);
      int before = scene.results(30).size();
      var _ = first.destroyForcibly().onExit().join();
      assertTrue(before < 300, "there is nothing left for the second worker");

      Worker second = scene.worker("w2");
      List<TopicTail.Entry<ExecutionResult>> results = scene.results(400);

      assertEquals(numbers("e", 0, 400), outputs(results));
      assertEquals(List.of(), outOfOrder(results, entry -> entry.getSource().getOffset()));
      second.close();
      assertEquals(400, scene.committed());
      assertEquals(400, scene.results(400).size());
    }
  }

  /** A worker in a process of its own, to be killed. */
  private static Process startWorker(Map<String, String> settings, Path folder) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("worker"));
    settings.forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
    return new Cli(folder).start(Map.of(), arguments.toArray(new String[0])).process();
  }

  private static Stream<Map<String, String>> protocols() {
    return Stream.of(
        Map.of("intake.protocol", "consumer"),
        // Otherwise each worker hears of a rebalance only every three seconds.
        Map.of("intake.protocol", "classic", "kafka.consumer.heartbeat.interval.ms", "200"));
  }

  @ParameterizedTest
  @MethodSource("protocols")
  void workersThatJoinAndLeaveInTheMiddleLoseAndDoubleNothing(Map<String, String> protocol)
      throws Exception {
    try (Scene scene = scene(protocol)) {
      sendNumbers(scene, "e", 0, 400, Checks.SLOW_NUMBER);
      Worker first = scene.worker("w1");
      scene.results(20);
      Worker second = scene.worker("w2");
      Worker third = scene.worker("w3");
      await("all three to read")
          .atMost(Scene.PATIENCE)
          .until(
              () ->
                  scene.assignments().values().stream().filter(list -> !list.isEmpty()).count()
                      == 3);
      sendNumbers(scene, "e", 400, 600, Checks.SLOW_NUMBER);
      for (String worker : List.of("w2", "w3")) {
        scene.results(entry -> entry.value().getWorker().equals(worker), 1);
      }
      second.close();
      first.close();

      List<TopicTail.Entry<ExecutionResult>> results = scene.results(600);

      assertEquals(numbers("e", 0, 600), outputs(results));
      assertEquals(List.of(), outOfOrder(results, entry -> entry.getSource().getOffset()));
      third.close();
      assertEquals(600, scene.committed());
      assertEquals(600, scene.results(600).size());
    }
  }

  @Test
  void aBrokerThatIsRestartedInTheMiddleDoublesNothing(@TempDir Path data) throws Exception {
    LocalBroker broker = LocalBroker.start(SharedServices.HOME, data, 0, Map.of());
    try (Scene scene = scene(broker, Map.of())) {
      Worker worker = scene.worker("w1");
      sendNumbers(scene, "e", 0, 300, Checks.SLOW_NUMBER);
      for (int seen : new int[] {30, 130}) {
        scene.results(seen);
        broker.close();
        int port = Integer.parseInt(broker.bootstrapServers().split(":", -1)[1]);
        broker = LocalBroker.start(SharedServices.HOME, data, port, Map.of());
      }

      assertEquals(numbers("e", 0, 300), outputs(scene.results(300)));
      worker.close();
      assertEquals(300, scene.committed());
      assertEquals(300, scene.results(300).size());
    } finally {
      broker.close();
    }
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
  void aRecordThatTheBrokerRefusesCostsATransactionButNoScriptIsRunAgain() throws Exception {
    int requests = 60;
    Map<String, String> settings =
        Map.of(
            "kafka.producer.compression.type",
            "none",
            // One more execution than there are requests, and the sandbox would be replaced.
            "sandbox.max.executions",
            Integer.toString(requests + 1),
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
