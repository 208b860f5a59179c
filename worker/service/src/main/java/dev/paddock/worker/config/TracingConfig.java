package dev.paddock.worker.config;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What OpenTelemetry's own environment variables say.
 *
 * @param variables those that begin with {@value #PREFIX} and are not empty, with their values, of
 *     which some are secret
 */
public record TracingConfig(Map<String, String> variables) {

  /** What OpenTelemetry's variables begin with. */
  public static final String PREFIX = "OTEL_";

  /** Copies the variables that count. */
  public TracingConfig {
    TreeMap<String, String> own = new TreeMap<>(variables);
    own.entrySet().removeIf(one -> !one.getKey().startsWith(PREFIX) || one.getValue().isBlank());
    variables = Map.copyOf(own);
  }

  /** Whether they ask for spans. */
  public boolean isWanted() {
    return !Boolean.parseBoolean(variables.get("OTEL_SDK_DISABLED"))
        && !"none".equals(variables.get("OTEL_TRACES_EXPORTER"))
        && Stream.of(
                "OTEL_TRACES_EXPORTER",
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
            .anyMatch(variables::containsKey);
  }

  @Override
  public String toString() {
    return "TracingConfig" + variables.keySet();
  }
}
