package dev.paddock.worker.observe;

import dev.paddock.worker.Outcome;
import dev.paddock.worker.Spans;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.ConfigurationException;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.resources.Resource;
import java.time.Clock;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Exports a span of each execution, as OpenTelemetry's environment variables say; none where they
 * do not ask for it. Methods may be called from any thread and never wait for who takes the spans,
 * but for {@link #close}.
 */
public final class Tracing implements Spans, AutoCloseable {

  /** How long the end of a worker waits for the last spans to be taken. */
  private static final long FLUSH_SECONDS = 5;

  private static final String SCOPE = "dev.paddock.worker";

  private static final AttributeKey<String> SERVICE_NAME = AttributeKey.stringKey("service.name");
  private static final AttributeKey<String> SERVICE_INSTANCE =
      AttributeKey.stringKey("service.instance.id");

  /**
   * What is exported where nothing else is said: spans, in the one way that needs the JDK alone.
   */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "otel.metrics.exporter", "none",
          "otel.logs.exporter", "none",
          "otel.exporter.otlp.protocol", "http/protobuf");

  /** Kept, since java.util.logging forgets what is set of loggers that nobody has. */
  private static final Logger OPEN_TELEMETRY = Logger.getLogger("io.opentelemetry");

  private final @Nullable OpenTelemetrySdk sdk;
  private final Spans spans;

  private Tracing(@Nullable OpenTelemetrySdk sdk, Spans spans) {
    this.sdk = sdk;
    this.spans = spans;
  }

  /**
   * Prepares to export, where that is asked for.
   *
   * @throws ConfigurationException where OpenTelemetry refuses what its variables say
   */
  public static Tracing start(Configuration configuration, Clock clock) {
    if (!configuration.tracing().isWanted()) {
      return new Tracing(null, Spans.NONE);
    }
    toOurLog();
    OpenTelemetrySdk sdk = sdk(configuration);
    Tracer tracer = sdk.getTracer(SCOPE);
    return new Tracing(
        sdk,
        outcome ->
            new ExecutionSpan(
                tracer,
                outcome,
                configuration.intake().group(),
                configuration.workerId(),
                clock.instant()));
  }

  @Override
  public OpenSpan open(Outcome outcome) {
    return spans.open(outcome);
  }

  /** Exports what is left, for a few seconds at the most. */
  @Override
  public void close() {
    if (sdk != null) {
      var _ = sdk.shutdown().join(FLUSH_SECONDS, TimeUnit.SECONDS);
    }
  }

  private static OpenTelemetrySdk sdk(Configuration configuration) {
    Map<String, String> variables = configuration.tracing().variables();
    try {
      return build(variables, configuration.workerId());
    } catch (RuntimeException e) {
      throw new ConfigurationException(List.of(problem(variables, reason(e))));
    }
  }

  private static OpenTelemetrySdk build(Map<String, String> variables, String workerId) {
    Map<String, String> properties = new HashMap<>();
    variables.forEach(
        (name, value) -> properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value));
    return AutoConfiguredOpenTelemetrySdk.builder()
        .disableShutdownHook()
        .addPropertiesSupplier(() -> DEFAULTS)
        .addPropertiesCustomizer(_ -> properties)
        .addResourceCustomizer((resource, asked) -> named(resource, asked, workerId))
        .build()
        .getOpenTelemetrySdk();
  }

  /** Names the worker where nobody has. */
  private static Resource named(Resource resource, ConfigProperties asked, String workerId) {
    Map<String, String> attributes = asked.getMap("otel.resource.attributes");
    Attributes names =
        Attributes.builder()
            .put(
                SERVICE_NAME,
                Objects.requireNonNullElse(
                    asked.getString("otel.service.name"),
                    attributes.getOrDefault(SERVICE_NAME.getKey(), "paddock-worker")))
            .put(SERVICE_INSTANCE, attributes.getOrDefault(SERVICE_INSTANCE.getKey(), workerId))
            .build();
    return resource.merge(Resource.create(names));
  }

  /**
   * OpenTelemetry's reason, with the variable that it is about: it does not always say, so whatever
   * is fine without a variable does not like that one.
   */
  private static String problem(Map<String, String> variables, String reason) {
    return variables.entrySet().stream()
        .sorted(Comparator.comparingInt(one -> -one.getKey().length()))
        .filter(one -> isFineWithout(variables, one.getKey()))
        .findFirst()
        .map(one -> problem(one.getKey(), one.getValue(), reason))
        .orElse(
            "OpenTelemetry refuses %s: %s"
                .formatted(
                    String.join(", ", variables.keySet().stream().sorted().toList()), reason));
  }

  private static String problem(String name, String value, String reason) {
    if (name.endsWith("_PROTOCOL")) {
      return "%s is '%s'; the worker sends spans by http/protobuf only, usually to port 4318; leave it out"
          .formatted(name, value);
    }
    // Headers have credentials, and so may the address.
    boolean secret = name.contains("HEADERS") || value.contains("@");
    return "%s is %s, which OpenTelemetry refuses: %s"
        .formatted(name, secret ? "wrong" : "'" + value + "'", secret ? "it does not fit" : reason);
  }

  private static boolean isFineWithout(Map<String, String> variables, String name) {
    Map<String, String> others = new HashMap<>(variables);
    others.remove(name);
    try {
      build(others, "").close();
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  /** What OpenTelemetry throws often says less than its cause. */
  private static String reason(RuntimeException refusal) {
    Throwable cause = refusal.getCause();
    boolean bare = String.valueOf(refusal.getMessage()).startsWith("Unexpected");
    return String.valueOf((bare && cause != null ? cause : refusal).getMessage());
  }

  private static synchronized void toOurLog() {
    if (OPEN_TELEMETRY.getUseParentHandlers()) {
      OPEN_TELEMETRY.addHandler(new SLF4JBridgeHandler());
      OPEN_TELEMETRY.setUseParentHandlers(false);
      OPEN_TELEMETRY.setLevel(Level.INFO);
    }
  }
}
