package dev.paddock.worker.observe;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;
import org.jspecify.annotations.Nullable;

/**
 * Shows what a Kafka client counts, as {@code kafka_<group>_<name>}. What it counts per topic or
 * partition is left out: their number has no bound. Made by Kafka, one for each client.
 */
public final class KafkaMeters implements MetricsReporter {

  /** The client's property that has the registry. */
  static final String REGISTRY = "paddock.meter.registry";

  private static final String GROUP_SUFFIX = "-metrics";
  private static final String COUNTER_SUFFIX = "-total";

  private final Map<MetricName, Meter> meters = new ConcurrentHashMap<>();
  private @Nullable MeterRegistry registry;

  @Override
  public void configure(Map<String, ?> configs) {
    registry = (MeterRegistry) Objects.requireNonNull(configs.get(REGISTRY));
  }

  @Override
  public void init(List<KafkaMetric> metrics) {
    metrics.forEach(this::metricChange);
  }

  @Override
  public void metricChange(KafkaMetric metric) {
    MetricName name = metric.metricName();
    boolean bounded = !name.tags().containsKey("topic") && !name.tags().containsKey("partition");
    // Of these, clients of one id have the same.
    boolean own = !name.group().equals("app-info") && !name.group().equals("kafka-metrics-count");
    if (bounded && own && metric.metricValue() instanceof Number) {
      metricRemoval(metric);
      meters.put(name, meter(metric, Objects.requireNonNull(registry)));
    }
  }

  @Override
  public void metricRemoval(KafkaMetric metric) {
    Meter meter = meters.remove(metric.metricName());
    if (meter != null) {
      Objects.requireNonNull(registry).remove(meter);
    }
  }

  @Override
  public void close() {
    meters.values().forEach(Objects.requireNonNull(registry)::remove);
    meters.clear();
  }

  private static Meter meter(KafkaMetric metric, MeterRegistry registry) {
    MetricName name = metric.metricName();
    String group = name.group();
    String meter =
        "kafka."
            + (group.endsWith(GROUP_SUFFIX)
                ? group.substring(0, group.length() - GROUP_SUFFIX.length())
                : group)
            + "."
            + name.name();
    Tags tags = Tags.empty();
    for (Map.Entry<String, String> tag : name.tags().entrySet()) {
      tags = tags.and(tag.getKey(), tag.getValue());
    }
    return name.name().endsWith(COUNTER_SUFFIX)
        ? FunctionCounter.builder(meter, metric, KafkaMeters::value)
            .tags(tags)
            .description(name.description())
            .register(registry)
        : Gauge.builder(meter, metric, KafkaMeters::value)
            .tags(tags)
            .description(name.description())
            .register(registry);
  }

  private static double value(KafkaMetric metric) {
    return metric.metricValue() instanceof Number number ? number.doubleValue() : Double.NaN;
  }
}
