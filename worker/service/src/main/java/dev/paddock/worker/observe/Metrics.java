package dev.paddock.worker.observe;

import dev.paddock.schemas.Violation;
import dev.paddock.schemas.ViolationKind;
import dev.paddock.worker.Execution;
import dev.paddock.worker.Outcome;
import dev.paddock.worker.Position;
import dev.paddock.worker.Spans;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.trace.SpanContext;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.metrics.JmxReporter;
import org.jspecify.annotations.Nullable;

/**
 * Counts what becomes of requests, for Prometheus and for whoever looks at the page. Told of every
 * outcome on its way to be published. For any thread.
 */
public final class Metrics implements AutoCloseable {

  /** Of queue, wall-clock and end-to-end times. */
  private static final Duration[] TIMES =
      millis(1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000);

  /** Of CPU times: most scripts take less than a millisecond. */
  private static final Duration[] CPU_TIMES =
      Stream.concat(
              Stream.of(Duration.ofNanos(100_000), Duration.ofNanos(250_000)),
              Arrays.stream(millis(1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000)))
          .toArray(Duration[]::new);

  private static final int REASON_CHARS = 300;

  private record ExecutionTags(Finish.Status status, String tenant, String script) {}

  private record ViolationTags(ViolationKind kind, String tenant) {}

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final BoundedNames tenants;
  private final BoundedNames scripts;
  private final Clock clock;
  private final Map<ExecutionTags, Counter> executions = new ConcurrentHashMap<>();
  private final Map<ViolationTags, Counter> violations = new ConcurrentHashMap<>();
  private final Map<String, Counter> cpu = new ConcurrentHashMap<>();
  private final Timer queueTime;
  private final Timer cpuTime;
  private final Timer wallTime;
  private final Timer endToEndTime;
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final Activity activity = new Activity();

  /**
   * Begins to count.
   *
   * @param maxNames how many tenants, and how many scripts, have a label of their own
   */
  public Metrics(int maxNames, Clock clock) {
    this.tenants = new BoundedNames(maxNames);
    this.scripts = new BoundedNames(maxNames);
    this.clock = clock;
    queueTime =
        timer(
            "paddock.execution.queue",
            "Time from reading a request until its script began to run",
            TIMES);
    cpuTime =
        timer(
            "paddock.execution.cpu",
            "CPU time of a script, garbage collection included",
            CPU_TIMES);
    wallTime = timer("paddock.execution.wall", "Wall-clock time of a script", TIMES);
    endToEndTime =
        timer(
            "paddock.end.to.end",
            "Time from a request's timestamp until its outcome can be read",
            TIMES);
    new ClassLoaderMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    collections.bindTo(registry);
  }

  /** For meters of other parts. */
  public MeterRegistry registry() {
    return registry;
  }

  /** What has been counted, for the page. */
  public Activity activity() {
    return activity;
  }

  /** The text that Prometheus asks for. */
  public String scrape() {
    return registry.scrape();
  }

  /** Counts an outcome. */
  public void finished(Outcome outcome) {
    Finish finish = Finish.of(outcome);
    Execution execution = outcome.execution();
    String tenant = tenants.of(tenant(outcome));
    String script = scripts.of(Finish.script(execution));
    executions
        .computeIfAbsent(
            new ExecutionTags(finish.status(), tenant, script), this::newExecutionCounter)
        .increment();
    activity.counted(finish.status());
    if (outcome instanceof Outcome.Answered answered) {
      long cpuMicros = answered.answer().usage().cpuMicros();
      long wallMicros = answered.answer().usage().wallMicros();
      queueTime.record(answered.queueMicros(), TimeUnit.MICROSECONDS);
      cpuTime.record(cpuMicros, TimeUnit.MICROSECONDS);
      wallTime.record(wallMicros, TimeUnit.MICROSECONDS);
      cpu.computeIfAbsent(tenant, this::newCpuCounter).increment(cpuMicros / 1e6);
      activity.ran(tenant, answered.queueMicros(), cpuMicros, wallMicros);
    }
    if (finish.status() != Finish.Status.SUCCEEDED) {
      note(outcome, tenant, finish);
    }
  }

  /**
   * The same spans; at their ends it is counted, beside the outcome, what was found unfit only as
   * it was written.
   */
  public Spans counted(Spans spans) {
    return outcome -> new CountedSpan(spans.open(outcome), outcome);
  }

  private final class CountedSpan implements Spans.OpenSpan {

    private final Spans.OpenSpan span;
    private final Position position;
    private final String script;

    /** Was counted with the outcome. */
    private final @Nullable ViolationKind counted;

    CountedSpan(Spans.OpenSpan span, Outcome outcome) {
      this.span = span;
      this.position = outcome.position();
      this.script = Finish.script(outcome.execution());
      this.counted = Finish.of(outcome).kind();
    }

    @Override
    public SpanContext context() {
      return span.context();
    }

    @Override
    public void end(@Nullable Violation violation) {
      if (violation != null && violation.getKind() != counted) {
        refused(violation);
      }
      span.end(violation);
    }

    private void refused(Violation violation) {
      violated(violation.getKind(), tenants.of(violation.getTenant()));
      activity.failed(
          trouble(
              position,
              violation.getExecutionId(),
              violation.getTenant(),
              script,
              violation.getKind().name(),
              0,
              violation.getMessage()));
    }
  }

  /** Counts a request whose outcome can be read now, by the request's timestamp. */
  public void delivered(long timestampMillis) {
    long millis = Math.max(0, clock.millis() - timestampMillis);
    endToEndTime.record(millis, TimeUnit.MILLISECONDS);
    activity.delivered(TimeUnit.MILLISECONDS.toMicros(millis));
  }

  /**
   * A Kafka client's properties, with those that make it show what it counts.
   *
   * @param properties what it would be given otherwise
   */
  public Map<String, Object> watched(Map<String, Object> properties) {
    Map<String, Object> watched = new HashMap<>(properties);
    String reporters = CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG;
    Object others = properties.getOrDefault(reporters, JmxReporter.class.getName());
    watched.put(reporters, others + "," + KafkaMeters.class.getName());
    watched.put(KafkaMeters.REGISTRY, registry);
    return watched;
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }

  private void note(Outcome outcome, String tenant, Finish finish) {
    ViolationKind kind = finish.kind();
    Execution execution = outcome.execution();
    if (kind != null) {
      violated(kind, tenant);
    }
    activity.failed(
        trouble(
            outcome.position(),
            execution == null ? outcome.position().toString() : execution.id(),
            tenant(outcome),
            Finish.script(execution),
            kind == null ? finish.status().name() : kind.name(),
            finish.line(),
            finish.reason()));
  }

  private void violated(ViolationKind kind, String tenant) {
    violations
        .computeIfAbsent(new ViolationTags(kind, tenant), this::newViolationCounter)
        .increment();
    activity.violated(kind.name());
  }

  private Activity.Trouble trouble(
      Position position,
      String executionId,
      String tenant,
      String script,
      String kind,
      int line,
      String reason) {
    return new Activity.Trouble(
        clock.millis(),
        position.toString(),
        BoundedNames.cut(executionId, REASON_CHARS),
        BoundedNames.cut(tenant, REASON_CHARS),
        BoundedNames.cut(script, REASON_CHARS),
        kind,
        line,
        BoundedNames.cut(reason, REASON_CHARS));
  }

  private static String tenant(Outcome outcome) {
    Execution execution = outcome.execution();
    if (execution != null) {
      return execution.request().getTenant();
    }
    return outcome instanceof Outcome.Malformed malformed ? malformed.tenant() : "";
  }

  private Counter newExecutionCounter(ExecutionTags tags) {
    return Counter.builder("paddock.executions")
        .description("Requests that have an outcome, by how they ended")
        .tag("status", tags.status().name().toLowerCase(Locale.ROOT))
        .tag("tenant", tags.tenant())
        .tag("script", tags.script())
        .register(registry);
  }

  private Counter newViolationCounter(ViolationTags tags) {
    return Counter.builder("paddock.violations")
        .description("Violations, by kind")
        .tag("kind", tags.kind().name())
        .tag("tenant", tags.tenant())
        .register(registry);
  }

  private Counter newCpuCounter(String tenant) {
    return Counter.builder("paddock.cpu")
        .description("CPU time of scripts, garbage collection included")
        .baseUnit("seconds")
        .tag("tenant", tenant)
        .register(registry);
  }

  private Timer timer(String name, String description, Duration[] bounds) {
    return Timer.builder(name)
        .description(description)
        .serviceLevelObjectives(bounds)
        .register(registry);
  }

  private static Duration[] millis(long... values) {
    return Arrays.stream(values).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
  }
}
