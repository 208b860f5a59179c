package dev.paddock.worker.config;

import io.smallrye.config.ConfigValue;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.common.MapBackedConfigSource;
import io.smallrye.config.source.yaml.YamlConfigSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/**
 * What file, environment and command line say, merged by precedence, each value with its origin.
 */
final class Sources {

  private static final int FILE_ORDINAL = 100;
  private static final int ENVIRONMENT_ORDINAL = 200;
  private static final int COMMAND_LINE_ORDINAL = 300;

  /** What Kubernetes sets for services whose name begins with paddock. */
  private static final Pattern NOT_CONFIGURATION =
      Pattern.compile("PADDOCK_(\\w+_)?(SERVICE_HOST|SERVICE_PORT\\w*|PORT(_\\d+_\\w+)?)");

  /** Values under the name that errors show. */
  private static final class Source extends MapBackedConfigSource {
    private static final long serialVersionUID = 1L;

    Source(String name, Map<String, String> values, int ordinal) {
      super(name, values, ordinal);
    }
  }

  private final List<ConfigSource> each;
  private final SmallRyeConfig merged;

  private Sources(List<ConfigSource> each) {
    this.each = each;
    // No default sources and interceptors: ${...} in a password or a jaas entry stays as it is.
    this.merged = new SmallRyeConfigBuilder().withSources(each).build();
  }

  static Sources of(Map<String, String> values) {
    return new Sources(List.of(new Source("code", values, COMMAND_LINE_ORDINAL)));
  }

  static Sources read(
      @Nullable Path file,
      Map<String, String> environment,
      List<String> assignments,
      Problems problems) {
    List<ConfigSource> each = new ArrayList<>();
    each.add(commandLine(assignments, problems));
    each.add(environment(environment));
    Path standard = Path.of(Configuration.DEFAULT_FILE);
    if (file != null || Files.exists(standard)) {
      each.add(yaml(file != null ? file : standard, problems));
    }
    return new Sources(each);
  }

  /** A value with its origin, or null where no source has it. */
  @Nullable ConfigValue find(String key) {
    ConfigValue value = merged.getConfigValue(key);
    return value.getValue() == null ? null : value;
  }

  /** Every key of every source with the source's name, keys that nobody knows included. */
  Map<String, String> keys() {
    Map<String, String> keys = new TreeMap<>();
    each.forEach(
        source ->
            source.getPropertyNames().forEach(key -> keys.putIfAbsent(key, source.getName())));
    return keys;
  }

  private static ConfigSource commandLine(List<String> assignments, Problems problems) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String assignment : assignments) {
      int equals = assignment.indexOf('=');
      if (equals < 1) {
        problems.add("--set needs key=value, for example --set pool.size=4");
      } else {
        values.put(assignment.substring(0, equals).strip(), assignment.substring(equals + 1));
      }
    }
    return new Source("--set", values, COMMAND_LINE_ORDINAL);
  }

  private static ConfigSource environment(Map<String, String> environment) {
    Map<String, String> values = new LinkedHashMap<>();
    environment.forEach(
        (variable, value) -> {
          if (variable.startsWith(Setting.VARIABLE_PREFIX)
              && !NOT_CONFIGURATION.matcher(variable).matches()) {
            String name = variable.substring(Setting.VARIABLE_PREFIX.length());
            values.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
          }
        });
    return new Source("environment", values, ENVIRONMENT_ORDINAL);
  }

  private static ConfigSource yaml(Path file, Problems problems) {
    Map<String, String> values = new LinkedHashMap<>();
    try {
      String text = Files.readString(file, StandardCharsets.UTF_8);
      new YamlConfigSource(file.toString(), text, FILE_ORDINAL)
          .getProperties()
          // Keys with a dot in them, such as Kafka's, come in quotes.
          .forEach((key, value) -> values.put(key.replace("\"", ""), value));
    } catch (IOException e) {
      problems.add("The configuration file " + file.toAbsolutePath() + " cannot be read: " + e);
    } catch (RuntimeException e) {
      problems.add("The configuration file " + file + " is not YAML: " + e.getMessage());
    }
    return new Source(file.toString(), values, FILE_ORDINAL);
  }
}
