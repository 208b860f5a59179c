package dev.paddock.worker.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The reference of all keys, as documentation shows it. */
public final class ConfigurationTable {

  /** What somebody who begins wants to know, in README. */
  private static final List<Setting<?>> FIRST =
      List.of(
          Settings.BOOTSTRAP_SERVERS,
          Settings.REGISTRY_URL,
          Settings.TOPIC_REQUESTS,
          Settings.TOPIC_RESULTS,
          Settings.TOPIC_VIOLATIONS,
          Settings.INTAKE_GROUP,
          Settings.INTAKE_MODE,
          Settings.ORDERING,
          Settings.GUARANTEE,
          Settings.POOL_SIZE,
          Settings.CONFINEMENT,
          Settings.SHARING,
          Settings.MANAGEMENT_ADDRESS,
          Settings.DEFAULTS.cpuMillis,
          Settings.DEFAULTS.wallMillis,
          Settings.DEFAULTS.heapBytes,
          Settings.CEILINGS.heapBytes);

  /** The first parts of keys under each heading; a part that no heading has is under the first. */
  private static final Map<String, List<String>> SECTIONS = new LinkedHashMap<>();

  static {
    SECTIONS.put("The worker itself", List.of("worker", "log"));
    SECTIONS.put("Kafka", List.of("kafka"));
    SECTIONS.put("Schema registry", List.of("registry", "serialization"));
    SECTIONS.put("Topics", List.of("topics", "catalog"));
    SECTIONS.put("Reading, order, delivery", List.of("intake", "ordering", "dispatch", "delivery"));
    SECTIONS.put("Sandboxes", List.of("pool", "sandbox"));
    SECTIONS.put("Management", List.of("management"));
    SECTIONS.put("Limits", List.of("limits"));
    SECTIONS.put("Pipelines", List.of("pipelines"));
  }

  private ConfigurationTable() {}

  /** All keys: Markdown tables with a heading each. */
  public static String reference() {
    return SECTIONS.keySet().stream()
        .map(title -> "## %s\n\n%s".formatted(title, section(title)))
        .collect(Collectors.joining("\n"));
  }

  /** The keys that one needs first: a Markdown table. */
  public static String summary() {
    return "| Key | Default | What it is |\n| --- | --- | --- |\n"
        + FIRST.stream()
            .map(
                setting ->
                    "| `%s` | %s | %s%s |\n"
                        .formatted(
                            setting.name(),
                            setting.shownStandard(),
                            setting.description(),
                            setting.type() instanceof ValueType.Text ? "" : allowed(setting)))
            .collect(Collectors.joining());
  }

  private static String section(String title) {
    return "| Key | Environment variable | Default | What it is |\n| --- | --- | --- | --- |\n"
        + Stream.concat(Settings.ALL.stream(), PipelineSettings.SHOWN.all().stream())
            .filter(setting -> sectionOf(setting).equals(title))
            .map(ConfigurationTable::row)
            .collect(Collectors.joining());
  }

  private static String sectionOf(Setting<?> setting) {
    String part = setting.name().replaceAll("\\..*", "");
    return SECTIONS.entrySet().stream()
        .filter(section -> section.getValue().contains(part))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseGet(() -> SECTIONS.keySet().iterator().next());
  }

  private static String row(Setting<?> setting) {
    return "| `%s` | `%s` | %s | %s%s%s |\n"
        .formatted(
            setting.name(),
            setting.variable(),
            setting.shownStandard(),
            setting.description(),
            allowed(setting),
            setting.secret() ? " **Secret**: never printed." : "");
  }

  /** A sentence behind a blank, or nothing where any text will do. */
  static String allowed(Setting<?> setting) {
    String allowed = setting.type().allowed();
    return setting.type().equals(ValueType.Text.ANY)
        ? ""
        : " " + Character.toUpperCase(allowed.charAt(0)) + allowed.substring(1) + ".";
  }
}
