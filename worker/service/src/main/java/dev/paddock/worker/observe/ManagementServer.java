package dev.paddock.worker.observe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators and their tools ask a worker, on one port:
 *
 * <ul>
 *   <li>{@code GET /health/live} and {@code GET /health/ready}: 200 where it is so and 503 where it
 *       is not, and in JSON why, and what works all the same but costs: <code>
 *       {"ok":false,"reasons":["..."],"abandonedThreads":0}</code>; for everybody
 *   <li>{@code GET /metrics}: for Prometheus
 *   <li>{@code GET /}: a page, which has nothing of the worker's in it and is for everybody
 *   <li>{@code GET /api/live}: what the page shows, once a second, as server-sent events
 *   <li>{@code GET} and {@code POST /api/workbench}: what may be tried, and to try it
 * </ul>
 */
public final class ManagementServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ManagementServer.class);

  private static final int OK = 200;
  private static final int BAD_REQUEST = 400;
  private static final int UNAUTHORIZED = 401;
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int TOO_LARGE = 413;
  private static final int UNAVAILABLE = 503;

  private static final String JSON = "application/json";
  private static final int MOST_WATCHERS = 16;
  private static final int BACKLOG = 64;

  /**
   * A script and its input, at the largest that can be allowed, each of whose bytes may be escaped.
   */
  private static final int MOST_BODY_BYTES = 64 << 20;

  /**
   * The page, which may load nothing from elsewhere, be shown nowhere else, and make no elements of
   * a text: what scripts say is shown there.
   */
  private static final Map<String, String> PAGE_HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
              + " img-src 'self' data:; base-uri 'none'; form-action 'none';"
              + " frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Opener-Policy",
          "same-origin");

  /**
   * What is shown.
   *
   * @param health asked for every answer; must not block
   * @param metrics the text for Prometheus
   * @param live what the page shows, to be written as JSON; asked by one thread
   * @param bench null where scripts may not be tried
   */
  public record Views(
      Supplier<Health> health, Supplier<String> metrics, Supplier<?> live, @Nullable Bench bench) {}

  /** Of health, as JSON. */
  private record HealthBody(boolean ok, List<String> reasons, long abandonedThreads) {}

  /** Why something was refused, as JSON. */
  private record Problem(String problem) {}

  private final JsonMapper json = new JsonMapper();
  private final Views views;
  private final Door door;
  private final PageFiles files = new PageFiles();
  private final HttpServer server;
  private final Ticker ticker;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("management-", 0).factory());

  private ManagementServer(HttpServer server, @Nullable String token, Views views) {
    this.server = server;
    this.views = views;
    this.door = new Door(token, server.getAddress());
    this.ticker = new Ticker(() -> text(views.live().get()), MOST_WATCHERS);
  }

  /**
   * Starts to answer.
   *
   * @param address where to; with port 0 the system chooses one
   * @param token asked for everything but health and the empty page; null for none, and then nobody
   *     outside this machine sees those
   * @param tls null for none
   * @throws IOException where the address cannot be had
   */
  public static ManagementServer start(
      InetSocketAddress address, @Nullable String token, @Nullable SSLContext tls, Views views)
      throws IOException {
    boundConnections();
    ManagementServer own = new ManagementServer(listen(address, tls), token, views);
    own.server.setExecutor(own.threads);
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
    ticker.close();
    server.stop(0);
    threads.shutdownNow();
  }

  private static HttpServer listen(InetSocketAddress address, @Nullable SSLContext tls)
      throws IOException {
    if (tls == null) {
      return HttpServer.create(address, BACKLOG);
    }
    HttpsServer server = HttpsServer.create(address, BACKLOG);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    return server;
  }

  /** Whoever says nothing must not keep a connection, nor have all that there are. */
  private static void boundConnections() {
    Map.of(
            "jdk.httpserver.maxConnections", "200",
            "sun.net.httpserver.maxReqTime", "30",
            "sun.net.httpserver.maxReqHeaders", "100")
        .forEach(
            (name, value) -> {
              if (System.getProperty(name) == null) {
                System.setProperty(name, value);
              }
            });
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      switch (exchange.getRequestURI().getPath()) {
        case "/health/live" -> read(exchange, () -> health(exchange, Health::live));
        case "/health/ready" -> read(exchange, () -> health(exchange, Health::ready));
        case "/metrics" ->
            read(
                exchange,
                () -> {
                  if (admits(exchange)) {
                    send(
                        exchange,
                        OK,
                        "text/plain; version=0.0.4; charset=utf-8",
                        views.metrics().get().getBytes(StandardCharsets.UTF_8));
                  }
                });
        case "/api/live" -> read(exchange, () -> live(exchange));
        case "/api/workbench" -> workbench(exchange);
        default -> read(exchange, () -> page(exchange));
      }
    } catch (RuntimeException e) {
      LOG.warn("A request of the management port could not be answered", e);
      throw e;
    }
  }

  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  private void read(HttpExchange exchange, Step step) throws IOException {
    if (List.of("GET", "HEAD").contains(exchange.getRequestMethod())) {
      step.run();
    } else {
      refuseMethod(exchange, "GET, HEAD");
    }
  }

  private void refuseMethod(HttpExchange exchange, String allowed) throws IOException {
    exchange.getResponseHeaders().set("Allow", allowed);
    problem(exchange, METHOD_NOT_ALLOWED, "Only " + allowed);
  }

  private boolean admits(HttpExchange exchange) throws IOException {
    Door.Refusal refusal = door.check(exchange);
    if (refusal == null) {
      return true;
    }
    if (refusal.status() == UNAUTHORIZED) {
      exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer realm=\"paddock\"");
    }
    problem(exchange, refusal.status(), refusal.reason());
    return false;
  }

  private void health(HttpExchange exchange, Predicate<Health> question) throws IOException {
    Health now = views.health().get();
    boolean ok = question.test(now);
    List<String> reasons = ok ? List.of() : now.troubles();
    send(exchange, ok ? OK : UNAVAILABLE, new HealthBody(ok, reasons, now.abandonedThreads()));
  }

  private void page(HttpExchange exchange) throws IOException {
    PageFiles.File file = files.find(exchange.getRequestURI().getPath());
    if (file == null) {
      problem(exchange, NOT_FOUND, "There is nothing here");
      return;
    }
    PAGE_HEADERS.forEach(exchange.getResponseHeaders()::set);
    send(exchange, OK, file.type(), file.content());
  }

  private void live(HttpExchange exchange) throws IOException {
    if (!admits(exchange)) {
      return;
    }
    if (!ticker.enter()) {
      problem(exchange, UNAVAILABLE, MOST_WATCHERS + " are watching, as many as may");
      return;
    }
    try {
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      exchange.sendResponseHeaders(OK, 0);
      OutputStream out = exchange.getResponseBody();
      long number = 0;
      for (Ticker.Sight sight = ticker.next(number); sight != null; sight = ticker.next(number)) {
        number = sight.number();
        out.write(("data: " + sight.text() + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    } finally {
      ticker.leave();
    }
  }

  private void workbench(HttpExchange exchange) throws IOException {
    if (!admits(exchange)) {
      return;
    }
    Bench bench = views.bench();
    if (bench == null) {
      problem(exchange, NOT_FOUND, "Scripts can be tried here where management.workbench is true");
      return;
    }
    switch (exchange.getRequestMethod()) {
      case "GET", "HEAD" -> send(exchange, OK, bench.about());
      case "POST" -> run(exchange, bench);
      default -> refuseMethod(exchange, "GET, HEAD, POST");
    }
  }

  private void run(HttpExchange exchange, Bench bench) throws IOException {
    byte[] body;
    try (InputStream in = exchange.getRequestBody()) {
      body = in.readNBytes(MOST_BODY_BYTES + 1);
    }
    if (body.length > MOST_BODY_BYTES) {
      problem(exchange, TOO_LARGE, "More than " + MOST_BODY_BYTES + " bytes");
      return;
    }
    try {
      send(exchange, OK, bench.run(body));
    } catch (Bench.BadRequestException e) {
      problem(exchange, BAD_REQUEST, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      problem(exchange, UNAVAILABLE, "The worker is stopping");
    }
  }

  private void problem(HttpExchange exchange, int status, String reason) throws IOException {
    send(exchange, status, new Problem(reason));
  }

  private void send(HttpExchange exchange, int status, Object body) throws IOException {
    send(exchange, status, JSON, text(body).getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    boolean headOnly = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, headOnly ? -1 : body.length);
    if (!headOnly) {
      exchange.getResponseBody().write(body);
    }
  }

  private String text(Object body) {
    try {
      return json.writeValueAsString(body);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
