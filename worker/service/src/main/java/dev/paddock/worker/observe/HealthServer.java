package dev.paddock.worker.observe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Answers {@code GET /health/live} and {@code GET /health/ready} with 200 where it is so and with
 * 503 where it is not, and says in JSON why, and what works all the same but costs: <code>
 * {"ok":false,"reasons":["..."],"abandonedThreads":0}</code>.
 */
public final class HealthServer implements AutoCloseable {

  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int UNAVAILABLE = 503;

  /** What is answered, as JSON. */
  private record Body(boolean ok, List<String> reasons, long abandonedThreads) {}

  private final JsonMapper json = new JsonMapper();
  private final Supplier<Health> health;
  private final HttpServer server;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("health").factory());

  private HealthServer(HttpServer server, Supplier<Health> health) {
    this.server = server;
    this.health = health;
  }

  /**
   * Starts to answer.
   *
   * @param address where to; with port 0 the system chooses one
   * @param health asked for every answer; must not block
   * @throws IOException where the address cannot be had
   */
  public static HealthServer start(InetSocketAddress address, Supplier<Health> health)
      throws IOException {
    HealthServer own = new HealthServer(HttpServer.create(address, 0), health);
    own.server.setExecutor(own.thread);
    own.server.createContext("/", own::answer);
    own.server.start();
    return own;
  }

  /** Where it answers. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  @Override
  public void close() {
    server.stop(0);
    thread.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!List.of("GET", "HEAD").contains(exchange.getRequestMethod())) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        exchange.sendResponseHeaders(METHOD_NOT_ALLOWED, -1);
        return;
      }
      Health now = health.get();
      switch (exchange.getRequestURI().getPath()) {
        case "/health/live" -> send(exchange, now.live(), now);
        case "/health/ready" -> send(exchange, now.ready(), now);
        default -> exchange.sendResponseHeaders(NOT_FOUND, -1);
      }
    }
  }

  private void send(HttpExchange exchange, boolean ok, Health now) throws IOException {
    byte[] body = body(ok, now);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    boolean headOnly = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(ok ? OK : UNAVAILABLE, headOnly ? -1 : body.length);
    if (!headOnly) {
      exchange.getResponseBody().write(body);
    }
  }

  private byte[] body(boolean ok, Health now) throws JsonProcessingException {
    List<String> reasons = ok ? List.of() : now.troubles();
    String text = json.writeValueAsString(new Body(ok, reasons, now.abandonedThreads()));
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
