package dev.paddock.worker.app;

import static dev.paddock.worker.app.Checks.numbers;
import static dev.paddock.worker.app.Checks.outputs;
import static dev.paddock.worker.app.Checks.sendNumbers;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.paddock.local.LocalBroker;
import dev.paddock.local.LocalRegistry;
import dev.paddock.local.LocalServices;
import dev.paddock.schemas.Limits;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A worker whose registry and whose broker go away for a while. */
@ExtendWith(SharedServices.class)
class OutageTest {

  private final LocalServices services;

  OutageTest(LocalServices services) {
    this.services = services;
  }

  @Test
  @Tag("long")
  void whatArrivesWhileRegistryOrBrokerIsAwayIsRunWhenItIsBack(@TempDir Path data)
      throws Exception {
    Map<String, String> settings = Map.of("pool.size", "1", "topics.partitions", "2");
    LocalBroker broker = LocalBroker.start(SharedServices.HOME, data, 0, Map.of());
    LocalRegistry registry = LocalRegistry.start(SharedServices.HOME, data, 0);
    try (Scene scene = new Scene(broker.bootstrapServers(), registry.url(), settings)) {
      Worker worker = scene.worker("w1", Map.of("management.address", "127.0.0.1:0"));
      assertEquals(List.of(), worker.health().troubles());
      assertEquals(200, ready(worker));

      List<byte[]> requests = new ArrayList<>();
      for (int n = 0; n < 20; n++) {
        requests.add(scene.bytes(Scene.request("r" + n, Integer.toString(n)).build()));
      }
      registry.close();
      // The worker has read no request yet, so it does not know their schema.
      for (byte[] bytes : requests) {
        var _ = scene.send(null, null, bytes);
      }
      await("nothing is made of requests that nobody can read")
          .during(Duration.ofSeconds(1))
          .atMost(Scene.PATIENCE)
          .until(() -> scene.results(0).isEmpty() && scene.violations(_ -> true, 0).isEmpty());
      assertEquals(0, scene.committed());
      await("it says that it cannot work").atMost(Scene.PATIENCE).until(() -> ready(worker) == 503);
      List<String> troubles = worker.health().troubles();
      assertTrue(
          troubles.stream().anyMatch(one -> one.startsWith("The schema registry cannot be used")),
          troubles.toString());
      registry =
          LocalRegistry.start(SharedServices.HOME, data, URI.create(registry.url()).getPort());
      assertEquals(numbers("r", 0, 20), outputs(scene.results(20)));
      assertEquals(List.of(), scene.violations(_ -> true, 0));
      await("it works again").atMost(Scene.PATIENCE).until(() -> ready(worker) == 200);

      sendNumbers(scene, "b", 0, 100, Checks.WAITING_NUMBER);
      scene.results(30);
      broker.close();
      broker = LocalBroker.start(SharedServices.HOME, data, port(broker), Map.of());
      Map<String, String> expected = numbers("r", 0, 20);
      expected.putAll(numbers("b", 0, 100));
      assertEquals(expected, outputs(scene.results(120)));
      worker.close();
      assertEquals(120, scene.committed());
    } finally {
      registry.close();
      broker.close();
    }
  }

  @Tag("long")
  @Test
  void transactionsThatTooFewBrokersAreThereForEndTheStartWithTheReason(@TempDir Path data)
      throws Exception {
    Map<String, String> three = Map.of("transaction.state.log.replication.factor", "3");
    Map<String, String> settings = Map.of("kafka.producer.max.block.ms", "2000");
    try (LocalBroker broker = LocalBroker.start(SharedServices.HOME, data, 0, three);
        Scene scene = new Scene(broker.bootstrapServers(), services.registry().url(), settings)) {
      StartException refused = assertThrows(StartException.class, () -> scene.worker("w1"));
      String message = String.valueOf(refused.getMessage());
      assertTrue(message.contains("transaction.state.log.replication.factor"), message);
      assertTrue(message.contains("delivery.guarantee to at-least-once"), message);
    }
  }

  @Tag("long")
  @Test
  void aBrokerThatHangsTurnsTheWorkerUnreadyUntilItGoesOn(@TempDir Path data) throws Exception {
    Map<String, String> settings =
        Map.of(
            "topics.partitions", "2",
            "management.address", "127.0.0.1:0",
            "management.stalled.after.ms", "1500");
    try (LocalBroker broker =
            LocalBroker.start(SharedServices.HOME, data, 0, SharedServices.QUICK_GROUPS);
        Scene scene = new Scene(broker.bootstrapServers(), services.registry().url(), settings)) {
      Worker worker = scene.worker("w1");
      sendNumbers(scene, "a", 0, 200, Checks.WAITING_NUMBER);
      scene.results(20);
      signal("STOP", broker);
      try {
        await("it says that it cannot work")
            .atMost(Scene.PATIENCE)
            .until(() -> ready(worker) == 503);
        await("it says what waits")
            .atMost(Scene.PATIENCE)
            .until(
                () ->
                    worker.health().troubles().stream()
                        .anyMatch(trouble -> trouble.contains("wait to be committed")));
      } finally {
        signal("CONT", broker);
      }

      await("it works again").atMost(Scene.PATIENCE).until(() -> ready(worker) == 200);
      assertEquals(numbers("a", 0, 200), outputs(scene.results(200)));
      // Longer than anything may stand still; but this one runs.
      scene.send(
          Scene.request("long", "new Promise((resolve) => setTimeout(resolve, 4000, 1))")
              .setLimits(Limits.newBuilder().setWallMillis(20_000L).build())
              .build());
      await("the long one to be done, and the worker to be ready all the time")
          .atMost(Scene.PATIENCE)
          .until(
              () -> {
                assertEquals(List.of(), worker.health().troubles());
                return scene.results(200).size() == 201;
              });
      worker.close();
      assertEquals(201, scene.committed());
    }
  }

  @Tag("long")
  @Test
  void aBrokerWhoseDiskIsFullTurnsTheWorkerUnreadyUntilThereIsRoom(@TempDir Path data)
      throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/prlimit")), "prlimit is what lets its writes fail");
    Map<String, String> settings =
        Map.of(
            "topics.partitions", "2",
            "management.address", "127.0.0.1:0",
            "management.stalled.after.ms", "1500");
    LocalBroker broker =
        LocalBroker.start(SharedServices.HOME, data, 0, SharedServices.QUICK_GROUPS);
    try (Scene scene = new Scene(broker.bootstrapServers(), services.registry().url(), settings)) {
      Worker worker = scene.worker("w1");
      sendNumbers(scene, "d", 0, 200, Checks.WAITING_NUMBER);
      scene.results(20);

      // No file may grow beyond this; the broker gives up its only folder, and so ends.
      String pid = Long.toString(broker.pid());
      assertEquals(
          0, new ProcessBuilder("prlimit", "--pid", pid, "--fsize=1024:").start().waitFor());
      ProcessHandle.of(broker.pid())
          .ifPresent(process -> process.onExit().orTimeout(60, TimeUnit.SECONDS).join());
      await("it says that it cannot work").atMost(Scene.PATIENCE).until(() -> ready(worker) == 503);
      // What waits to be committed is seen first where there is much to do.
      await("it says why")
          .atMost(Scene.PATIENCE)
          .until(
              () -> worker.health().troubles(),
              troubles -> troubles.stream().anyMatch(trouble -> trouble.contains("Kafka")));
      assertTrue(worker.health().live());
      broker.close();
      int port = Integer.parseInt(broker.bootstrapServers().split(":", -1)[1]);
      broker = LocalBroker.start(SharedServices.HOME, data, port, SharedServices.QUICK_GROUPS);

      assertEquals(numbers("d", 0, 200), outputs(scene.results(200)));
      await("it works again").atMost(Scene.PATIENCE).until(() -> ready(worker) == 200);
      worker.close();
      assertEquals(200, scene.committed());
      assertEquals(200, scene.results(200).size());
    } finally {
      broker.close();
    }
  }

  private static void signal(String name, LocalBroker broker)
      throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(broker.pid())).start().waitFor();
  }

  private static int ready(Worker worker) throws IOException, InterruptedException {
    InetSocketAddress address = Objects.requireNonNull(worker.managementAddress());
    URI uri = URI.create("http://127.0.0.1:" + address.getPort() + "/health/ready");
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
          .statusCode();
    }
  }

  /**
   * A broker that comes back finds its partitions without a leader at first, takes them for
   * deleted, and ends a transaction that has timed out without telling them (KAFKA-20734).
   */
  @Tag("long")
  @Test
  void aTransactionThatTheBrokerForgetsIsNotCommittedWithTheNext(@TempDir Path data)
      throws Exception {
    Map<String, String> settings = new HashMap<>(SharedServices.QUICK_GROUPS);
    settings.put("broker.session.timeout.ms", "4000");
    LocalBroker broker = LocalBroker.start(SharedServices.HOME, data, 0, settings);
    try (KafkaProxy proxy = new KafkaProxy(broker.bootstrapServers());
        Scene scene =
            new Scene(
                broker.bootstrapServers(),
                services.registry().url(),
                Map.of("topics.partitions", "2"))) {
      Worker worker =
          scene.worker(
              "w1",
              Map.of(
                  "kafka.bootstrap.servers",
                  proxy.bootstrapServers(),
                  "kafka.producer.transaction.timeout.ms",
                  "2000"));
      sendNumbers(scene, "e", 0, 100, Checks.WAITING_NUMBER);
      scene.results(10);

      CountDownLatch uncommitted = new CountDownLatch(1);
      proxy.decide(
          (kind, _) -> {
            if (kind == ApiKeys.END_TXN) {
              uncommitted.countDown();
            }
            return kind != ApiKeys.END_TXN;
          });
      uncommitted.await();
      ProcessHandle.of(broker.pid()).ifPresent(ProcessHandle::destroyForcibly);
      broker.close();
      broker = LocalBroker.start(SharedServices.HOME, data, port(broker), settings);
      proxy.decide((_, _) -> true);

      assertEquals(numbers("e", 0, 100), outputs(scene.results(100)));
      worker.close();
      assertEquals(100, scene.committed());
      assertEquals(100, scene.results(100).size());
    } finally {
      broker.close();
    }
  }

  private static int port(LocalBroker broker) {
    return Integer.parseInt(broker.bootstrapServers().split(":", -1)[1]);
  }
}
