package dev.paddock.worker.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A worker's whole configuration, checked.
 *
 * @param workerId names the worker in results, violations, logs and to Kafka
 */
public record Configuration(
    String workerId,
    KafkaConfig kafka,
    RegistryConfig registry,
    SerializationConfig serialization,
    TopicsConfig topics,
    IntakeConfig intake,
    DispatchConfig dispatch,
    DeliveryConfig delivery,
    PoolConfig pool,
    ManagementConfig management,
    LimitsConfig limits) {

  /** The file that is read from the working folder where none is named. */
  public static final String DEFAULT_FILE = "paddock.yaml";

  /**
   * Reads a configuration. What stands on the command line goes before the environment, that before
   * the file, that before the defaults.
   *
   * @param file the YAML file, or null to read {@value #DEFAULT_FILE} from the working folder if it
   *     is there
   * @param environment the process's environment; variables that begin with PADDOCK_ are read
   * @param assignments from the command line, each {@code key=value}
   * @throws ConfigurationException naming everything that is wrong
   */
  public static Configuration read(
      @Nullable Path file, Map<String, String> environment, List<String> assignments) {
    Problems problems = new Problems();
    Sources sources = Sources.read(file, environment, assignments, problems);
    Configuration configuration = new ConfigurationBuilder(sources, problems).build();
    problems.throwIfAny();
    return configuration;
  }

  /**
   * The defaults with some values set, from nowhere else.
   *
   * @throws ConfigurationException naming everything that is wrong
   */
  public static Configuration of(Map<String, String> values) {
    Problems problems = new Problems();
    Sources sources = Sources.of(values);
    Configuration configuration = new ConfigurationBuilder(sources, problems).build();
    problems.throwIfAny();
    return configuration;
  }
}
