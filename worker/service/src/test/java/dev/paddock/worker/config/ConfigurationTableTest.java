package dev.paddock.worker.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Run with -Dreadme=write to bring README, docs/configuration.md and the release's configuration
 * file up to date.
 */
class ConfigurationTableTest {

  private static final Path ROOT = Path.of("..", "..");
  private static final Path FILE =
      Path.of("..", "distribution", "src", "config", Configuration.DEFAULT_FILE);

  private static final String BEGIN = "<!-- configuration:begin -->\n";
  private static final String END = "<!-- configuration:end -->";

  @TempDir private Path folder;

  @Test
  void theReferenceHasExactlyTheDeclaredKeys() throws IOException {
    String tables = ConfigurationTable.reference();
    for (Setting<?> setting : Settings.ALL) {
      String row = "\n| `%s` | `%s` |".formatted(setting.name(), setting.variable());
      assertEquals(2, tables.split(Pattern.quote(row), -1).length, row);
    }
    hold(ROOT.resolve("docs/configuration.md"), tables);
  }

  @Test
  void readmeHasTheKeysThatOneNeedsFirstAsTheyAre() throws IOException {
    hold(ROOT.resolve("README.md"), ConfigurationTable.summary());
  }

  @Test
  void theFileOfAReleaseHasExactlyTheDeclaredKeys() throws IOException {
    String text = Files.exists(FILE) ? Files.readString(FILE) : "";
    holds(FILE, text, ConfigurationFile.yaml());
  }

  @Test
  void theFileOfAReleaseIsValidWithAndWithoutItsDefaults() throws IOException {
    String text = ConfigurationFile.yaml();
    Configuration asItCame = read(text);
    assertEquals("http://127.0.0.1:8081", asItCame.registry().url());

    String all = text.replaceAll("(?m)^#(?=(?!pipelines)[a-z.]+: \\S)", "");
    assertTrue(all.contains("\nlimits.default.cpu.ms: 1000\n"), all);
    assertEquals(asItCame.limits(), read(all).limits());
    assertEquals(asItCame.intake(), read(all).intake());
  }

  private Configuration read(String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("paddock.yaml"), yaml);
    return Configuration.read(file, Map.of(), List.of());
  }

  private static void hold(Path file, String tables) throws IOException {
    String text = Files.readString(file);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    assertTrue(begin >= 0 && end > begin, file + " has lost the markers of its table of keys");
    holds(file, text, text.substring(0, begin + BEGIN.length()) + tables + text.substring(end));
  }

  private static void holds(Path file, String text, String expected) throws IOException {
    if ("write".equals(System.getProperty("readme"))) {
      Files.writeString(file, expected);
    } else {
      assertEquals(expected, text, "run mvn verify -Dtest=ConfigurationTableTest -Dreadme=write");
    }
  }
}
