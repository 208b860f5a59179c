package dev.paddock.worker.app;

import static dev.paddock.worker.app.Checks.numbers;
import static dev.paddock.worker.app.Checks.outputs;
import static dev.paddock.worker.app.Checks.sendNumbers;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.local.LocalBroker;
import dev.paddock.local.LocalRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker whose registry and whose broker go away for a while. */
class OutageTest {

  @Test
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
      String trouble = worker.health().troubles().getFirst();
      assertTrue(trouble.startsWith("The schema registry cannot be used"), trouble);
      registry =
          LocalRegistry.start(SharedServices.HOME, data, URI.create(registry.url()).getPort());
      assertEquals(numbers("r", 0, 20), outputs(scene.results(20)));
      assertEquals(List.of(), scene.violations(_ -> true, 0));
      assertEquals(200, ready(worker));

      sendNumbers(scene, "b", 0, 100, Checks.SLOW_NUMBER);
      scene.results(30);
      broker.close();
      int port = Integer.parseInt(broker.bootstrapServers().split(":", -1)[1]);
      broker = LocalBroker.start(SharedServices.HOME, data, port, Map.of());
      // What was acknowledged but not yet committed may be run twice.
      await("every request has a result")
          .atMost(Scene.PATIENCE)
          .until(
              () ->
                  scene.results(0).stream()
                          .map(entry -> entry.value().getExecutionId())
                          .distinct()
                          .count()
                      == 120);
      worker.close();
      assertEquals(120, scene.committed());
    } finally {
      registry.close();
      broker.close();
    }
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
}
