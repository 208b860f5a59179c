package dev.paddock.local;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class LocalServicesTest {

  private static final Path HOME = Path.of(System.getProperty("paddock.home"));
  private static final String SCHEMA = "{\"schema\": \"{\\\"type\\\": \\\"string\\\"}\"}";

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path data;

  @Test
  @Tag("long")
  void aRestartOnTheSameFolderKeepsTopicsAndSchemasAndInterruptsAreLeftToTheParent()
      throws Exception {
    String id;
    try (LocalServices services = LocalServices.start(HOME, data, 0, 0);
        Admin admin = admin(services)) {
      assertTrue(admin.listTopics().names().get().isEmpty());
      admin.createTopics(List.of(new NewTopic("kept", 3, (short) 1))).all().get();
      id = register(services);
      for (long pid : List.of(services.broker().pid(), services.registry().pid())) {
        assertEquals(0, new ProcessBuilder("kill", "-INT", Long.toString(pid)).start().waitFor());
      }
      await("an answer from both, again and again after the signal")
          .during(Duration.ofSeconds(2))
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () -> {
                assertEquals("[\"s\"]", get(services.registry().url() + "/subjects"));
                assertEquals(Set.of("kept"), admin.listTopics().names().get(10, TimeUnit.SECONDS));
              });
    }
    assertFalse(Files.readString(data.resolve("registry.log")).contains("SIGINT"));
    try (LocalServices services = LocalServices.start(HOME, data, 0, 0);
        Admin admin = admin(services)) {
      assertEquals(Set.of("kept"), admin.listTopics().names().get());
      assertEquals(id, register(services), "the same schema has the same id");
    }
  }

  @Test
  void bothEndWithTheirParentHoweverThatEnds() throws Exception {
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ServicesHost.class.getName(),
                HOME.toString(),
                data.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String pids;
    try (BufferedReader out = parent.inputReader()) {
      pids = out.readLine();
      assertTrue(pids.matches("\\d+ \\d+"), pids);
      parent.destroyForcibly();
      assertTrue(parent.waitFor(10, TimeUnit.SECONDS));
    }
    for (String pid : pids.split(" ", -1)) {
      await("the end of " + pid)
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> ProcessHandle.of(Long.parseLong(pid)).map(ProcessHandle::isAlive).orElse(false),
              alive -> !alive);
    }
  }

  @Test
  @Tag("long")
  void twoRegistriesServeSideBySideOnTheLoopbackInterfaceOnly() throws Exception {
    try (LocalRegistry one = LocalRegistry.start(HOME, data.resolve("one"), 0);
        LocalRegistry two = LocalRegistry.start(HOME, data.resolve("two"), 0)) {
      for (LocalRegistry registry : List.of(one, two)) {
        assertEquals("{\"compatibilityLevel\":\"BACKWARD\"}", get(registry.url() + "/config"));
      }
    }
    for (String name : List.of("one", "two")) {
      String log = Files.readString(data.resolve(name).resolve("registry.log"));
      assertTrue(log.contains("listening on http://127.0.0.1:"), log);
      assertFalse(log.contains("0.0.0.0"), log);
    }
  }

  @Test
  void aHomeWithoutServicesSaysHowToMakeThem() {
    LocalServiceException missing =
        assertThrows(
            LocalServiceException.class,
            () -> LocalBroker.start(data.resolve("home"), data, 0, Map.of()));
    assertEquals(
        "The Kafka broker is not there: no "
            + data.resolve("home").resolve("broker")
            + "; run: mvn package -DskipTests",
        missing.getMessage());
  }

  @Test
  void aPortThatIsTakenIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      LocalServiceException refused =
          assertThrows(
              LocalServiceException.class,
              () -> LocalServices.start(HOME, data, 0, taken.getLocalPort()));
      assertEquals(
          "Port "
              + taken.getLocalPort()
              + " for the schema registry is taken; choose another, or end what listens there",
          refused.getMessage());
    }
  }

  @Test
  void aBrokerThatDoesNotStartShowsTheEndOfItsLog() {
    LocalServiceException failed =
        assertThrows(
            LocalServiceException.class,
            () -> LocalBroker.start(HOME, data, 0, Map.of("num.io.threads", "none")));
    String message = String.valueOf(failed.getMessage());
    assertTrue(message.startsWith("The Kafka broker ended with status 1"), message);
    assertTrue(message.contains("num.io.threads"), message);
    assertFalse(message.contains("null"), message);
  }

  private static Admin admin(LocalServices services) {
    return Admin.create(Map.of("bootstrap.servers", services.broker().bootstrapServers()));
  }

  private static String get(String url) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  private static String register(LocalServices services) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(services.registry().url() + "/subjects/s/versions"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(SCHEMA))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      assertEquals(200, response.statusCode(), response.body());
      return response.body();
    }
  }
}
