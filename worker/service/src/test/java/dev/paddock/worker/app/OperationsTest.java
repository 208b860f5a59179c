package dev.paddock.worker.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.paddock.local.LocalServices;
import dev.paddock.schemas.Limits;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Scanner;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the management port of a real worker says. */
@ExtendWith(SharedServices.class)
class OperationsTest {

  private static final String TOKEN = "a-token-of-this-test";

  private final LocalServices services;
  private final JsonMapper json = new JsonMapper();

  OperationsTest(LocalServices services) {
    this.services = services;
  }

  @Test
  void aWorkerCountsWhatBecomesOfRequests() throws Exception {
    try (Scene scene =
            scene(Map.of("limits.default.cpu.ms", "200", "management.metrics.names", "1"));
        HttpClient client = HttpClient.newHttpClient()) {
      Worker worker = scene.worker("w1", management());
      scene.send(Scene.request("good", "1 + 1").build());
      scene.send(Scene.request("bad", "\nthrow new Error('no')").build());
      scene.send(Scene.request("endless", "for (;;) {}").build());
      scene.send(Scene.request("rejected", "2").setInput("no JSON").build());
      scene.send(
          Scene.request("large", "'x'.repeat(400_000)")
              .setLabels(Map.of("long", "y".repeat(700_000)))
              .build());
      var _ = scene.send(null, null, new byte[] {1, 2, 3});
      assertEquals(5, scene.results(5).size());
      scene.send(Scene.request("other", "2").setTenant("late").build());

      String metrics =
          await("all is counted")
              .atMost(Scene.PATIENCE)
              .until(
                  () -> get(client, worker, "/metrics"),
                  text ->
                      text.contains("paddock_end_to_end_seconds_count 6")
                          && text.contains("status=\"malformed\""));
      assertLine(
          metrics,
          "paddock_executions_total{script=\"test.js\",status=\"succeeded\",tenant=\"acme\"} 2.0");
      assertLine(
          metrics,
          "paddock_executions_total{script=\"test.js\",status=\"succeeded\",tenant=\"(others)\"} 1.0");
      assertLine(
          metrics,
          "paddock_executions_total{script=\"test.js\",status=\"failed\",tenant=\"acme\"} 1.0");
      assertLine(metrics, "paddock_violations_total{kind=\"CPU_TIME\",tenant=\"acme\"} 1.0");
      // Which Kafka has found too large after it had succeeded.
      assertLine(metrics, "paddock_violations_total{kind=\"OUTPUT_SIZE\",tenant=\"acme\"} 1.0");
      assertLine(metrics, "paddock_violations_total{kind=\"MALFORMED_REQUEST\",tenant=\"\"} 1.0");
      assertLine(metrics, "paddock_execution_cpu_seconds_count 5");
      assertLine(metrics, "paddock_execution_wall_seconds_bucket{le=\"+Inf\"} 5");
      assertLine(metrics, "paddock_ready 1.0");
      assertLine(metrics, "paddock_partitions 4.0");
      assertLine(metrics, "paddock_sandbox_start_seconds_count 1");
      assertLine(metrics, "paddock_sandboxes{state=\"idle\"} 1.0");
      assertLine(metrics, "paddock_transactions_aborted_total 0.0");
      for (int partition = 0; partition < 4; partition++) {
        assertTrue(
            metrics.contains("paddock_partition_lag{partition=\"" + partition + "\""), metrics);
      }
      for (String name :
          List.of(
              "jvm_memory_used_bytes{",
              "jvm_gc_memory_allocated_bytes_total ",
              "process_uptime_seconds ",
              "kafka_consumer_fetch_manager_records_consumed_total{client_id=\"w1\"} 7.0",
              "kafka_producer_record_send_total{",
              "kafka_producer_txn_commit_time_ns_total{")) {
        assertTrue(metrics.contains("\n" + name), name + " is not in\n" + metrics);
      }
      assertTrue(value(metrics, "paddock_cpu_seconds_total{tenant=\"acme\"}") > 0.15, metrics);
      assertTrue(value(metrics, "paddock_transaction_seconds_count") >= 1, metrics);

      MetricsReference.check(metrics);

      JsonNode view = look(client, worker);
      assertEquals("w1", view.path("worker").asText());
      assertEquals(3, view.at("/activity/executions/succeeded").asInt());
      assertEquals("large", trouble(view, "OUTPUT_SIZE").path("executionId").asText());
      assertEquals(1, view.at("/activity/violations/CPU_TIME").asInt());
      assertEquals(4, view.at("/intake/partitions").size());
      JsonNode failed = trouble(view, "FAILED");
      assertEquals("bad", failed.path("executionId").asText());
      assertEquals("test.js", failed.path("script").asText());
      assertEquals(2, failed.path("line").asInt());
      assertEquals("Error: no", failed.path("reason").asText());
      assertTrue(trouble(view, "CPU_TIME").path("reason").asText().startsWith("The script used"));
    }
  }

  @ParameterizedTest
  @CsvSource({"delivery.guarantee, at-least-once", "intake.mode, share-group"})
  void whateverItReadsAndPromisesAWorkerCounts(String key, String value) throws Exception {
    try (Scene scene = scene(Map.of(key, value));
        HttpClient client = HttpClient.newHttpClient()) {
      Worker worker = scene.worker("w1", management());
      scene.send(Scene.request("good", "1 + 1").build());
      await("it is counted")
          .atMost(Scene.PATIENCE)
          .until(
              () -> get(client, worker, "/metrics"),
              text -> text.contains("\npaddock_end_to_end_seconds_count 1\n"));
      await("nothing is in flight")
          .atMost(Scene.PATIENCE)
          .until(
              () -> get(client, worker, "/metrics"),
              text -> text.contains("\npaddock_in_flight 0.0\n"));
    }
  }

  /** Longer than anything may stand still; but one of the group works. */
  @Test
  void allOfAShareGroupShowWhatNoneHasAnsweredAndStayReadyWhileOneWorks() throws Exception {
    Map<String, String> settings =
        Map.of(
            "intake.mode", "share-group",
            "intake.share.lock.ms", "1000",
            "management.stalled.after.ms", "1000");
    try (Scene scene = scene(settings);
        HttpClient client = HttpClient.newHttpClient()) {
      Worker first = scene.worker("w1", management());
      Worker second = scene.worker("w2", management());
      scene.send(Scene.request("quick", "1").build());
      scene.results(1);
      scene.send(
          Scene.request("slow", "new Promise((resolve) => setTimeout(resolve, 6000, 1))")
              .setLimits(Limits.newBuilder().setWallMillis(20_000L).build())
              .build());

      List<String> standstills = new ArrayList<>();
      for (double lag : List.of(1.0, 0.0)) {
        await("both to show a lag of " + lag)
            .atMost(Scene.PATIENCE)
            .until(
                () -> {
                  Set<Double> lags = new HashSet<>();
                  for (Worker worker : List.of(first, second)) {
                    lags.add(lag(get(client, worker, "/metrics")));
                    worker.health().troubles().stream()
                        .filter(trouble -> trouble.contains("wait in Kafka"))
                        .forEach(standstills::add);
                  }
                  return lags.equals(Set.of(lag));
                });
      }
      assertEquals(List.of(), standstills);
      assertEquals(2, scene.results(2).size());
      assertTrue(look(client, second).at("/intake/shared").asBoolean());
    }
  }

  /** Of all partitions together; -1 where there is none. */
  private static double lag(String metrics) {
    return metrics
        .lines()
        .filter(line -> line.startsWith("paddock_partition_lag{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .reduce(Double::sum)
        .orElse(-1);
  }

  @Test
  void whatRunsIsShownWhileItRuns() throws Exception {
    try (Scene scene = scene(Map.of("limits.default.cpu.ms", "4000"));
        HttpClient client = HttpClient.newHttpClient()) {
      Worker worker = scene.worker("w1", management());
      scene.send(Scene.request("endless", "for (;;) {}").build());
      scene.send(Scene.request("behind", "1").build());
      JsonNode view =
          await("it runs")
              .atMost(Scene.PATIENCE)
              .until(
                  () -> look(client, worker),
                  now -> now.at("/sandboxes/0/running/cpuMillis").asInt() > 100);
      JsonNode running = view.at("/sandboxes/0/running");
      assertEquals("endless", running.path("executionId").asText());
      assertEquals("acme", running.path("tenant").asText());
      assertEquals(4000, running.path("cpuLimitMillis").asInt());
      assertEquals("LEASED", view.at("/sandboxes/0/state").asText());
      assertEquals(1, view.at("/dispatch/waiting").asInt());
    }
  }

  @Test
  void scriptsCanBeTriedWhereThatIsAllowed() throws Exception {
    try (Scene scene = scene(Map.of());
        HttpClient client = HttpClient.newHttpClient()) {
      Worker worker =
          scene.worker(
              "w1",
              Map.of(
                  "management.address", "127.0.0.1:0",
                  "management.token", TOKEN,
                  "management.workbench", "true"));
      assertTrue(get(client, worker, "/api/workbench").contains("\"ceilings\":{\"cpuMillis\":"));
      JsonNode good =
          tried(
              client,
              worker,
              """
              {"kind":"MODULE","source":"export default (n) => { console.log('hi'); return n * 2; }","input":"21"}
              """);
      assertEquals("SUCCEEDED", good.path("status").asText());
      assertEquals("42", good.path("output").asText());
      assertEquals("hi", good.at("/logs/0/message").asText());
      assertTrue(good.at("/usage/cpuMicros").asLong() > 0);
      JsonNode stopped =
          tried(
              client,
              worker,
              """
              {"kind":"SCRIPT","source":"for (;;) {}","limits":{"cpuMillis":50}}
              """);
      assertEquals("VIOLATED", stopped.path("status").asText());
      assertEquals("CPU_TIME", stopped.at("/violation/kind").asText());
      assertEquals(50, stopped.at("/violation/limit").asInt());
      JsonNode failed = tried(client, worker, "{\"kind\":\"SCRIPT\",\"source\":\"\\n nope\"}");
      assertEquals(2, failed.at("/error/line").asInt());
      JsonNode rejected =
          tried(client, worker, "{\"kind\":\"SCRIPT\",\"source\":\"1\",\"input\":\"{\"}");
      assertEquals("REJECTED", rejected.path("status").asText());
      for (String nonsense :
          List.of("", "[]", "{}", "{\"kind\":\"X\",\"source\":\"\"}", "{\"kind\":\"SCRIPT\"} x")) {
        assertEquals(400, post(client, worker, nonsense).statusCode(), nonsense);
      }
      assertEquals(List.of(), scene.results(0));
      assertTrue(get(client, worker, "/metrics").contains("\npaddock_in_flight 0.0\n"));
    }
  }

  @Test
  void withACertificateItAnswersByTlsOnly(@TempDir Path folder) throws Exception {
    Certificates certificates = Certificates.make(folder);
    try (Scene scene = scene(Map.of())) {
      Worker worker =
          scene.worker(
              "w1",
              Map.of(
                  "management.address",
                  "127.0.0.1:0",
                  "management.ssl.keystore.location",
                  certificates.keystore().toString(),
                  "management.ssl.keystore.password",
                  Certificates.PASSWORD,
                  "management.ssl.keystore.type",
                  "PKCS12"));
      URI uri = URI.create("https://127.0.0.1:" + port(worker) + "/health/ready");
      try (HttpClient client = trusting(certificates.truststore());
          HttpClient other = trusting(certificates.otherTruststore())) {
        HttpRequest request = HttpRequest.newBuilder(uri).build();
        assertEquals(
            200, client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode());
        assertThrows(
            SSLHandshakeException.class,
            () -> other.send(request, HttpResponse.BodyHandlers.discarding()));
      }
    }
  }

  @Test
  void aCertificateThatCannotBeUsedIsNamed() throws Exception {
    try (Scene scene = scene(Map.of())) {
      StartException refused =
          assertThrows(
              StartException.class,
              () ->
                  scene.worker(
                      "w1",
                      Map.of(
                          "management.address", "127.0.0.1:0",
                          "management.ssl.keystore.location", "/no/such/file.p12")));
      assertTrue(
          String.valueOf(refused.getMessage())
              .startsWith("management.ssl.keystore.location is /no/such/file.p12"),
          refused.getMessage());
    }
  }

  private Scene scene(Map<String, String> more) throws InterruptedException {
    return new Scene(services.broker().bootstrapServers(), services.registry().url(), more);
  }

  private static Map<String, String> management() {
    return Map.of("management.address", "127.0.0.1:0", "management.token", TOKEN);
  }

  private static void assertLine(String metrics, String line) {
    assertTrue(metrics.contains("\n" + line + "\n"), line + " is not in\n" + metrics);
  }

  private static double value(String metrics, String series) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElse(-1);
  }

  private static JsonNode trouble(JsonNode view, String kind) {
    for (JsonNode trouble : view.at("/activity/troubles")) {
      if (trouble.path("kind").asText().equals(kind)) {
        return trouble;
      }
    }
    throw new AssertionError("No " + kind + " in " + view);
  }

  private JsonNode look(HttpClient client, Worker worker) throws Exception {
    HttpResponse<InputStream> response =
        client.send(
            request(worker, "/api/live").build(), HttpResponse.BodyHandlers.ofInputStream());
    try (Scanner lines = new Scanner(response.body(), StandardCharsets.UTF_8)) {
      return json.readTree(lines.nextLine().substring("data: ".length()));
    }
  }

  private JsonNode tried(HttpClient client, Worker worker, String body) throws Exception {
    HttpResponse<String> response = post(client, worker, body);
    assertEquals(200, response.statusCode(), response.body());
    return json.readTree(response.body());
  }

  private static HttpResponse<String> post(HttpClient client, Worker worker, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        request(worker, "/api/workbench").POST(HttpRequest.BodyPublishers.ofString(body)).build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static String get(HttpClient client, Worker worker, String path)
      throws IOException, InterruptedException {
    return client.send(request(worker, path).build(), HttpResponse.BodyHandlers.ofString()).body();
  }

  private static HttpRequest.Builder request(Worker worker, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(worker) + path))
        .header("Authorization", "Bearer " + TOKEN);
  }

  private static int port(Worker worker) {
    return Objects.requireNonNull(worker.managementAddress()).getPort();
  }

  private static HttpClient trusting(Path truststore) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (FileInputStream in = new FileInputStream(truststore.toFile())) {
      store.load(in, Certificates.PASSWORD.toCharArray());
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).build();
  }
}
