package dev.paddock.worker.observe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManagementServerTest {

  private static final String TOKEN = "a-token-of-this-test";
  private static final Pattern IMPORT = Pattern.compile("(?m)^import .*from \"\\./(.*)\";$");

  private final AtomicReference<Health> health =
      new AtomicReference<>(new Health(true, List.of(), 0));
  private final AtomicInteger looks = new AtomicInteger();
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<ManagementServer> servers = new ArrayList<>();

  /** Echoes, but for what it does not take. */
  private static final Bench BENCH =
      new Bench() {
        @Override
        public Object about() {
          return Map.of("about", "it");
        }

        @Override
        public Object run(byte[] request) throws BadRequestException {
          String text = new String(request, UTF_8);
          if (text.isEmpty()) {
            throw new BadRequestException("Nothing is asked");
          }
          return Map.of("asked", text);
        }
      };

  @AfterEach
  void stop() {
    servers.forEach(ManagementServer::close);
    client.close();
  }

  @Test
  void aWorkerThatWorksIsLiveAndReady() throws Exception {
    ManagementServer server = local();
    String good = "200 {\"ok\":true,\"reasons\":[],\"abandonedThreads\":0}";
    assertEquals(good, get(server, "/health/live"));
    assertEquals(good, get(server, "/health/ready"));
  }

  @Test
  void aWorkerInTroubleLivesButIsNotReadyAndSaysWhy() throws Exception {
    ManagementServer server = local();
    health.set(new Health(true, List.of("No \"sandbox\""), 2));
    assertEquals(
        "200 {\"ok\":true,\"reasons\":[],\"abandonedThreads\":2}", get(server, "/health/live"));
    assertEquals(
        "503 {\"ok\":false,\"reasons\":[\"No \\\"sandbox\\\"\"],\"abandonedThreads\":2}",
        get(server, "/health/ready"));
  }

  @Test
  void aWorkerThatCannotGoOnIsNeither() throws Exception {
    ManagementServer server = local();
    health.set(new Health(false, List.of("gone"), 0));
    String bad = "503 {\"ok\":false,\"reasons\":[\"gone\"],\"abandonedThreads\":0}";
    assertEquals(bad, get(server, "/health/live"));
    assertEquals(bad, get(server, "/health/ready"));
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /nothing, 404",
    "GET, /health, 404",
    "GET, /page/../page.js, 404",
    "POST, /health/ready, 405",
    "DELETE, /api/workbench, 405",
    "POST, /metrics, 405",
    "HEAD, /health/ready, 200",
    "HEAD, /, 200",
  })
  void whatIsNotThereIsRefused(String method, String path, int status) throws Exception {
    assertEquals(status, send(local(), method, path, null, "").statusCode());
  }

  @Test
  void anAddressThatIsTakenIsRefused() throws IOException {
    ManagementServer server = local();
    assertThrows(BindException.class, () -> start(server.address(), null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/metrics", "/api/live", "/api/workbench"})
  void whoHasNotTheTokenSeesNothing(String path) throws Exception {
    ManagementServer server = start(loopback(), TOKEN);
    for (String wrong : new String[] {null, "", TOKEN.substring(1), TOKEN + "x"}) {
      HttpResponse<String> response = send(server, "GET", path, wrong, "");
      assertEquals(401, response.statusCode());
      assertEquals(
          "Bearer realm=\"paddock\"", response.headers().firstValue("WWW-Authenticate").orElse(""));
    }
    assertEquals(200, send(server, "GET", "/health/ready", null, "").statusCode());
    assertEquals(200, send(server, "GET", "/", null, "").statusCode());
  }

  @Test
  void whoHasTheTokenSeesAll() throws Exception {
    ManagementServer server = start(loopback(), TOKEN);
    assertEquals("counted 1\n", send(server, "GET", "/metrics", TOKEN, "").body());
    assertEquals("{\"about\":\"it\"}", send(server, "GET", "/api/workbench", TOKEN, "").body());
    assertEquals(
        "{\"asked\":\"[1]\"}", send(server, "POST", "/api/workbench", TOKEN, "[1]").body());
    HttpResponse<String> refused = send(server, "POST", "/api/workbench", TOKEN, "");
    assertEquals(400, refused.statusCode());
    assertEquals("{\"problem\":\"Nothing is asked\"}", refused.body());
  }

  @Test
  void withoutATokenNobodyOutsideThisMachineSeesMoreThanHealth() throws Exception {
    ManagementServer server = start(new InetSocketAddress("0.0.0.0", 0), null);
    assertEquals(200, send(server, "GET", "/health/ready", null, "").statusCode());
    assertEquals(403, send(server, "GET", "/metrics", null, "").statusCode());
    assertEquals(403, send(server, "POST", "/api/workbench", null, "[1]").statusCode());
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, 200",
    "127.0.0.1, 200",
    "LOCALHOST:80, 200",
    "[::1]:80, 200",
    "evil.example, 403",
    "127.0.0.1.evil.example, 403",
    "localhost:80:evil.example, 403",
  })
  void aNameThatSomebodyElseHasGivenThisMachineOpensNothing(String host, int status)
      throws Exception {
    ManagementServer server = local();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
      socket
          .getOutputStream()
          .write(
              ("GET /metrics HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                  .getBytes(UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      assertTrue(answer.startsWith("HTTP/1.1 " + status), answer);
    }
  }

  @Test
  void allWhoWatchSeeTheSameEverySecond() throws Exception {
    ManagementServer server = local();
    try (BufferedReader one = watch(server);
        BufferedReader other = watch(server)) {
      String first = data(one);
      assertEquals("data: {\"look\":" + looks.get() + "}", first);
      assertEquals(first, data(other));
      assertEquals("data: {\"look\":2}", data(one));
    }
  }

  @Test
  void whoWatchesDoesNotKeepTheServerFromEnding() throws Exception {
    ManagementServer server = local();
    try (BufferedReader watcher = watch(server)) {
      assertTrue(data(watcher).startsWith("data:"));
      server.close();
      assertThrows(IOException.class, () -> data(watcher));
    }
  }

  @Test
  void onlySoManyMayWatch() throws Exception {
    ManagementServer server = local();
    List<BufferedReader> watchers = new ArrayList<>();
    try {
      for (int n = 0; n < 16; n++) {
        watchers.add(watch(server));
      }
      HttpResponse<String> refused = send(server, "GET", "/api/live", null, "");
      assertEquals(503, refused.statusCode());
      assertEquals("{\"problem\":\"16 are watching, as many as may\"}", refused.body());
    } finally {
      for (BufferedReader watcher : watchers) {
        watcher.close();
      }
    }
  }

  @Test
  void thePageMayLoadNothingFromElsewhere() throws Exception {
    HttpResponse<String> page = send(local(), "GET", "/", null, "");
    String policy = page.headers().firstValue("Content-Security-Policy").orElse("");
    assertTrue(policy.startsWith("default-src 'none'"), policy);
    assertTrue(Stream.of("unsafe", "http:", "*").noneMatch(policy::contains), policy);
    for (String file : List.of("/page.css", "/uplot.js", "/uplot.css", "/icon.svg")) {
      assertEquals(200, send(local(), "GET", file, null, "").statusCode(), file);
    }
    Deque<String> scripts = new ArrayDeque<>(List.of("page.js"));
    Set<String> seen = new HashSet<>();
    while (!scripts.isEmpty()) {
      String script = scripts.pop();
      if (seen.add(script)) {
        HttpResponse<String> found = send(local(), "GET", "/" + script, null, "");
        assertEquals(200, found.statusCode(), script);
        IMPORT.matcher(found.body()).results().forEach(one -> scripts.add(one.group(1)));
      }
    }
    assertTrue(seen.contains("workbench.js"), seen.toString());
  }

  private BufferedReader watch(ManagementServer server) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(uri(server, "/api/live")).build();
    return new BufferedReader(
        new InputStreamReader(
            client.send(request, HttpResponse.BodyHandlers.ofInputStream()).body(), UTF_8));
  }

  /** The next event. */
  private static String data(BufferedReader watcher) throws IOException {
    String line = watcher.readLine();
    if (line == null) {
      throw new IOException("The stream has ended");
    }
    return line.isEmpty() ? data(watcher) : line;
  }

  private ManagementServer local() throws IOException {
    return start(loopback(), null);
  }

  private ManagementServer start(InetSocketAddress address, @Nullable String token)
      throws IOException {
    ManagementServer server =
        ManagementServer.start(
            address,
            token,
            null,
            new ManagementServer.Views(
                health::get,
                () -> "counted 1\n",
                () -> Map.of("look", looks.incrementAndGet()),
                BENCH));
    servers.add(server);
    return server;
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private String get(ManagementServer server, String path)
      throws IOException, InterruptedException {
    HttpResponse<String> response = send(server, "GET", path, null, "");
    return response.statusCode() + " " + response.body();
  }

  private HttpResponse<String> send(
      ManagementServer server, String method, String path, @Nullable String token, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(server, path))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static URI uri(ManagementServer server, String path) {
    return URI.create("http://127.0.0.1:" + server.address().getPort() + path);
  }
}
