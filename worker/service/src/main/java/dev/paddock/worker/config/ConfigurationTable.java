package dev.paddock.worker.config;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The reference of all keys, as documentation shows it. */
public final class ConfigurationTable {

  private ConfigurationTable() {}

  /** A Markdown table: head and one row per key, each line ended. */
  public static String markdown() {
    return "| Key | Default | What it is |\n| --- | --- | --- |\n"
        + Stream.concat(Settings.ALL.stream(), PipelineSettings.SHOWN.all().stream())
            .map(ConfigurationTable::row)
            .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String row(Setting<?> setting) {
    String secret = setting.secret() ? " Never printed." : "";
    return "| `%s` | %s | %s%s%s |"
        .formatted(
            setting.name(),
            setting.shownStandard(),
            setting.description(),
            allowed(setting),
            secret);
  }

  /** A sentence behind a blank, or nothing where any text will do. */
  static String allowed(Setting<?> setting) {
    return setting.type() instanceof ValueType.Text ? "" : " " + sentence(setting.type().allowed());
  }

  private static String sentence(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
  }
}
