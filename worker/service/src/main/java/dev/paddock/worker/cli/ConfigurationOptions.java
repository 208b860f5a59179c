package dev.paddock.worker.cli;

import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.EffectiveValue;
import dev.paddock.worker.config.EffectiveValues;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every command takes that reads the configuration. */
final class ConfigurationOptions {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration file (YAML); without it, paddock.yaml here if there is one.")
  private @Nullable Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Set one configuration value; goes before PADDOCK_* variables and the file. May be"
              + " repeated.")
  private List<String> assignments = List.of();

  /** The configuration as file, environment and arguments give it. */
  Configuration read() {
    return read(List.of());
  }

  /**
   * The same with values that the command itself knows.
   *
   * @param known each {@code key=value}; they go before all others
   */
  Configuration read(List<String> known) {
    List<String> all = new ArrayList<>(assignments);
    all.addAll(known);
    Configuration configuration = Configuration.read(file, System.getenv(), all);
    LogLine.in(configuration.logFormat());
    return configuration;
  }

  /** Every key with its value and its origin. */
  List<EffectiveValue> effective() {
    return EffectiveValues.read(file, System.getenv(), assignments);
  }
}
