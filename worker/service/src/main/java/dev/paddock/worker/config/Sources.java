package dev.paddock.worker.config;

import io.smallrye.config.source.yaml.YamlConfigSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What file, environment and command line say, merged by precedence, each value with its origin.
 */
final class Sources {

  /** What Kubernetes sets for services whose name begins with paddock. */
  private static final Pattern NOT_CONFIGURATION =
      Pattern.compile("PADDOCK_(\\w+_)?(SERVICE_HOST|SERVICE_PORT\\w*|PORT(_\\d+_\\w+)?)");

  /**
   * A value as somebody has set it.
   *
   * @param text what was set
   * @param origin where: {@code --set}, a variable's name, or a file with its line
   */
  record Found(String text, String origin) {

    @Override
    public String toString() {
      return "Found[from " + origin + "]"; // the text may be a secret
    }
  }

  private final NavigableMap<String, Found> found = new TreeMap<>();

  private Sources() {}

  static Sources of(Map<String, String> values) {
    Sources sources = new Sources();
    values.forEach((key, value) -> sources.found.put(key, new Found(value, "code")));
    return sources;
  }

  static Sources read(
      @Nullable Path file,
      Map<String, String> environment,
      List<String> assignments,
      Problems problems) {
    Sources sources = new Sources();
    // The strongest first; what follows fills in.
    commandLine(assignments, problems).forEach(sources.found::putIfAbsent);
    environment(environment).forEach(sources.found::putIfAbsent);
    Path standard = Path.of(Configuration.DEFAULT_FILE);
    if (file != null || Files.exists(standard)) {
      yaml(file != null ? file : standard, problems).forEach(sources.found::putIfAbsent);
    }
    return sources;
  }

  /** A value with its origin, or null where no source has it. */
  @Nullable Found find(String key) {
    return found.get(key);
  }

  /** The same for a setting: an empty text counts as none where there is no default either. */
  @Nullable Found find(Setting<?> setting) {
    Found value = find(setting.name());
    boolean none = value != null && value.text().isEmpty() && setting.standard() == null;
    return none ? null : value;
  }

  /** Every key of every source with its origin, keys that nobody knows included. */
  Map<String, String> keys() {
    Map<String, String> keys = new TreeMap<>();
    found.forEach((key, value) -> keys.put(key, value.origin()));
    return keys;
  }

  private static Map<String, Found> commandLine(List<String> assignments, Problems problems) {
    Map<String, Found> values = new LinkedHashMap<>();
    for (String assignment : assignments) {
      int equals = assignment.indexOf('=');
      if (equals < 1) {
        problems.add("--set needs key=value, for example --set pool.size=4");
      } else {
        String value = assignment.substring(equals + 1);
        values.put(assignment.substring(0, equals).strip(), new Found(value, "--set"));
      }
    }
    return values;
  }

  private static Map<String, Found> environment(Map<String, String> environment) {
    Map<String, Found> values = new LinkedHashMap<>();
    environment.forEach(
        (variable, value) -> {
          if (variable.startsWith(Setting.VARIABLE_PREFIX)
              && !NOT_CONFIGURATION.matcher(variable).matches()) {
            String name = variable.substring(Setting.VARIABLE_PREFIX.length());
            values.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), new Found(value, variable));
          }
        });
    return values;
  }

  private static Map<String, Found> yaml(Path file, Problems problems) {
    Map<String, Found> values = new LinkedHashMap<>();
    try {
      String text = Files.readString(file, StandardCharsets.UTF_8);
      Map<String, Integer> lines = YamlLines.of(text);
      new YamlConfigSource(file.toString(), text, 0)
          .getProperties()
          .forEach(
              (quoted, value) -> {
                // Keys with a dot in them, such as Kafka's, come in quotes.
                String key = quoted.replace("\"", "");
                Integer line = lines.get(key);
                values.put(key, new Found(value, line == null ? "" + file : file + ":" + line));
              });
    } catch (IOException e) {
      problems.add("The configuration file " + file.toAbsolutePath() + " cannot be read: " + e);
    } catch (RuntimeException e) {
      problems.add("The configuration file " + file + " is not YAML: " + YamlLines.reason(e));
    }
    return values;
  }
}
