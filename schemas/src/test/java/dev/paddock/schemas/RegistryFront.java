package dev.paddock.schemas;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Stands before the real registry, counts what passes, and can answer in its place. */
public final class RegistryFront implements AutoCloseable {

  private record Reply(int status, String body) {}

  private final HttpServer server;
  private final HttpClient http = HttpClient.newHttpClient();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Queue<Reply> replies = new ConcurrentLinkedQueue<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final @Nullable String authorization;

  /** A front over plain HTTP that lets everybody in. */
  public RegistryFront() {
    this(plain(), null);
  }

  /**
   * @param server not started yet
   * @param authorization the header that a request must have, or null
   */
  public RegistryFront(HttpServer server, @Nullable String authorization) {
    this.server = server;
    this.authorization = authorization;
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + port() + path();
  }

  /** The same, for a server that speaks TLS. */
  public String secureUrl() {
    return "https://127.0.0.1:" + port() + path();
  }

  /** The next request that has no answer yet gets this one. */
  public void reply(int status, String body) {
    replies.add(new Reply(status, body));
  }

  public int requests() {
    return requests.get();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    http.shutdownNow();
  }

  private int port() {
    return server.getAddress().getPort();
  }

  private static String path() {
    return URI.create(SharedRegistry.url()).getPath();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.incrementAndGet();
      byte[] body = exchange.getRequestBody().readAllBytes();
      String credentials = exchange.getRequestHeaders().getFirst("Authorization");
      Reply reply = replies.poll();
      if (authorization != null && !authorization.equals(credentials)) {
        reply = new Reply(401, "{\"error_code\":401,\"message\":\"Who are you\"}");
      }
      Reply answer = reply == null ? forward(exchange, body) : reply;
      byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private Reply forward(HttpExchange exchange, byte[] body) throws IOException {
    URI target = URI.create(SharedRegistry.url()).resolve(exchange.getRequestURI());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(target)
            .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    if (type != null) {
      request.header("Content-Type", type);
    }
    try {
      HttpResponse<String> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Reply(response.statusCode(), response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static HttpServer plain() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
