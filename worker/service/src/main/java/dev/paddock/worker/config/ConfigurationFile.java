package dev.paddock.worker.config;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The configuration file of a release: all keys with their defaults, to be edited. */
public final class ConfigurationFile {

  private static final int COLUMNS = 100;

  /** What nearly everybody has to change. */
  private static final Set<String> SET =
      Set.of(Settings.BOOTSTRAP_SERVERS.name(), Settings.REGISTRY_URL.name());

  private static final String HEAD =
      """
      # Configuration of a Paddock worker. A key behind a # has the default that is shown; to change it, take
      # the # away. Keys may also be nested, as YAML has it. Check with: paddock doctor --config FILE

      """;

  private static final String PIPELINES_HEAD =
      """

      # Event pipelines, as many as you like, each by a NAME of its own.

      """;

  private ConfigurationFile() {}

  /** A YAML file in which nothing but the addresses of Kafka and the registry is set. */
  public static String yaml() {
    return HEAD
        + all(Settings.ALL.stream())
        + PIPELINES_HEAD
        + all(PipelineSettings.SHOWN.all().stream());
  }

  private static String all(Stream<Setting<?>> settings) {
    return settings.map(ConfigurationFile::entry).collect(Collectors.joining("\n"));
  }

  private static String entry(Setting<?> setting) {
    boolean set = SET.contains(setting.name());
    String text = setting.description() + ConfigurationTable.allowed(setting);
    String shown = setting.shownStandard();
    boolean literal = shown.matches("`[^`]*`");
    if (!literal && !shown.isBlank()) {
      text += " Default: " + shown + ".";
    }
    String value = literal ? " " + shown.substring(1, shown.length() - 1) : "";
    return comment(text.replace("`", "")) + (set ? "" : "#") + setting.name() + ":" + value + "\n";
  }

  /** Lines of words behind #. */
  private static String comment(String text) {
    StringBuilder lines = new StringBuilder();
    StringBuilder line = new StringBuilder("#");
    for (String word : text.split(" ", -1)) {
      if (line.length() + 1 + word.length() > COLUMNS) {
        lines.append(line).append('\n');
        line = new StringBuilder("#");
      }
      line.append(' ').append(word);
    }
    return lines.append(line).append('\n').toString();
  }
}
