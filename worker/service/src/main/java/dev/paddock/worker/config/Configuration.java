package dev.paddock.worker.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A worker's whole configuration, checked.
 *
 * @param workerId names the worker in results, violations, logs and to Kafka
 * @param logFormat how log lines are written
 * @param pipelines in the order of their names
 */
public record Configuration(
    String workerId,
    LogFormat logFormat,
    KafkaConfig kafka,
    RegistryConfig registry,
    SerializationConfig serialization,
    TopicsConfig topics,
    IntakeConfig intake,
    DispatchConfig dispatch,
    DeliveryConfig delivery,
    PoolConfig pool,
    ManagementConfig management,
    TracingConfig tracing,
    LimitsConfig limits,
    List<PipelineConfig> pipelines) {

  /** The file that is read from the working folder where none is named. */
  public static final String DEFAULT_FILE = "paddock.yaml";

  /** Copies the list. */
  public Configuration {
    pipelines = List.copyOf(pipelines);
  }

  /** The same with other properties of Kafka's clients. */
  public Configuration withKafka(KafkaConfig other) {
    return new Configuration(
        workerId,
        logFormat,
        other,
        registry,
        serialization,
        topics,
        intake,
        dispatch,
        delivery,
        pool,
        management,
        tracing,
        limits,
        pipelines);
  }

  /** Every topic that a worker reads work from. */
  public List<String> topicsRead() {
    return Stream.concat(
            intake.requests() ? Stream.of(topics.requests()) : Stream.empty(),
            pipelines.stream().map(PipelineConfig::from))
        .toList();
  }

  /** Every topic that a worker reads from or writes to, but the catalog's. */
  public List<String> topicsInUse() {
    return Stream.concat(
            (intake.requests() ? topics.names() : List.of(topics.violations())).stream(),
            pipelines.stream().flatMap(pipeline -> Stream.of(pipeline.from(), pipeline.to())))
        .distinct()
        .toList();
  }

  /**
   * Reads a configuration. What stands on the command line goes before the environment, that before
   * the file, that before the defaults.
   *
   * @param file the YAML file, or null to read {@value #DEFAULT_FILE} from the working folder if it
   *     is there
   * @param environment the process's environment; variables that begin with PADDOCK_ are read, and
   *     OpenTelemetry's
   * @param assignments from the command line, each {@code key=value}
   * @throws ConfigurationException naming everything that is wrong
   */
  public static Configuration read(
      @Nullable Path file, Map<String, String> environment, List<String> assignments) {
    Problems problems = new Problems();
    Sources sources = Sources.read(file, environment, assignments, problems);
    return build(sources, environment, problems);
  }

  /**
   * The defaults with some values set, from nowhere else.
   *
   * @throws ConfigurationException naming everything that is wrong
   */
  public static Configuration of(Map<String, String> values) {
    Problems problems = new Problems();
    Sources sources = Sources.of(values);
    return build(sources, Map.of(), problems);
  }

  /** Checks what sources say, and throws where there is a problem, with those before. */
  static Configuration build(Sources sources, Map<String, String> environment, Problems problems) {
    Configuration configuration =
        new ConfigurationBuilder(sources, problems).build(new TracingConfig(environment));
    problems.throwIfAny();
    return configuration;
  }
}
