package dev.paddock.worker.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthServerTest {

  private final AtomicReference<Health> health =
      new AtomicReference<>(new Health(true, List.of(), 0));
  private final HttpClient client = HttpClient.newHttpClient();

  @SuppressWarnings("NullAway.Init")
  private HealthServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        HealthServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), health::get);
  }

  @AfterEach
  void stop() {
    server.close();
    client.close();
  }

  @Test
  void aWorkerThatWorksIsLiveAndReady() throws Exception {
    assertEquals("200 {\"ok\":true,\"reasons\":[],\"abandonedThreads\":0}", get("/health/live"));
    assertEquals("200 {\"ok\":true,\"reasons\":[],\"abandonedThreads\":0}", get("/health/ready"));
  }

  @Test
  void aWorkerInTroubleLivesButIsNotReadyAndSaysWhy() throws Exception {
    health.set(new Health(true, List.of("No \"sandbox\""), 2));
    assertEquals("200 {\"ok\":true,\"reasons\":[],\"abandonedThreads\":2}", get("/health/live"));
    assertEquals(
        "503 {\"ok\":false,\"reasons\":[\"No \\\"sandbox\\\"\"],\"abandonedThreads\":2}",
        get("/health/ready"));
  }

  @Test
  void aWorkerThatCannotGoOnIsNeither() throws Exception {
    health.set(new Health(false, List.of("gone"), 0));
    assertEquals(
        "503 {\"ok\":false,\"reasons\":[\"gone\"],\"abandonedThreads\":0}", get("/health/live"));
    assertEquals(
        "503 {\"ok\":false,\"reasons\":[\"gone\"],\"abandonedThreads\":0}", get("/health/ready"));
  }

  @Test
  void nothingElseIsAnswered() throws Exception {
    assertEquals("404 ", get("/"));
    assertEquals("404 ", get("/health"));
    assertEquals("405 ", send("POST", "/health/ready"));
    assertEquals("200 ", send("HEAD", "/health/ready"));
  }

  @Test
  void anAddressThatIsTakenIsRefused() {
    assertThrows(BindException.class, () -> HealthServer.start(server.address(), health::get));
  }

  private String get(String path) throws IOException, InterruptedException {
    return send("GET", path);
  }

  private String send(String method, String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.address().getPort() + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    return response.statusCode() + " " + response.body();
  }
}
