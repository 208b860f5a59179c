package dev.paddock.worker.observe;

import static java.util.stream.Collectors.toMap;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** Takes spans by OTLP, as http/protobuf, and keeps them. */
public final class SpanCollector implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** A span, with attributes as texts. */
  public record Taken(
      String traceId,
      String id,
      String parentId,
      Span span,
      Map<String, String> attributes,
      Map<String, String> resource) {}

  private final HttpServer server;
  private final List<Taken> spans = new CopyOnWriteArrayList<>();

  /** Starts to take them. */
  public SpanCollector() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/traces", this::take);
    server.start();
  }

  /** What tells a process to send its spans here. */
  public Map<String, String> environment() {
    return Map.of(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "http://127.0.0.1:" + server.getAddress().getPort(),
        "OTEL_BSP_SCHEDULE_DELAY",
        "50");
  }

  /** What has come by now. */
  public List<Taken> all() {
    return List.copyOf(spans);
  }

  /** Waits for a span that is the only one of its kind. */
  public Taken await(String what, Predicate<Taken> wanted) {
    List<Taken> found =
        Awaitility.await("the span of " + what)
            .atMost(PATIENCE)
            .until(() -> spans.stream().filter(wanted).toList(), some -> !some.isEmpty());
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " spans of " + what);
    }
    return found.getFirst();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      ExportTraceServiceRequest request =
          ExportTraceServiceRequest.parseFrom(exchange.getRequestBody());
      request.getResourceSpansList().forEach(this::keep);
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private void keep(ResourceSpans of) {
    Map<String, String> resource = texts(of.getResource().getAttributesList());
    of.getScopeSpansList().stream()
        .flatMap(scope -> scope.getSpansList().stream())
        .map(
            span ->
                new Taken(
                    HexFormat.of().formatHex(span.getTraceId().toByteArray()),
                    HexFormat.of().formatHex(span.getSpanId().toByteArray()),
                    HexFormat.of().formatHex(span.getParentSpanId().toByteArray()),
                    span,
                    texts(span.getAttributesList()),
                    resource))
        .forEach(spans::add);
  }

  private static Map<String, String> texts(List<KeyValue> attributes) {
    return attributes.stream().collect(toMap(KeyValue::getKey, one -> text(one.getValue())));
  }

  private static String text(AnyValue value) {
    return value.hasIntValue() ? Long.toString(value.getIntValue()) : value.getStringValue();
  }
}
