package dev.paddock.worker.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The table of metrics in docs/metrics.md, made of what a worker says of them. Run with
 * -Dreadme=write to bring it up to date.
 */
final class MetricsReference {

  private static final Path DOCUMENT = Path.of("..", "..", "docs", "metrics.md");
  private static final String BEGIN = "<!-- metrics:begin -->\n";
  private static final String END = "<!-- metrics:end -->";
  private static final Pattern HELP = Pattern.compile("# HELP (paddock_\\w+) (.*)");
  private static final Pattern TYPE = Pattern.compile("# TYPE (paddock_\\w+) (\\w+)");
  private static final Pattern SERIES = Pattern.compile("(paddock_\\w+)\\{(.*)} \\S+");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

  private MetricsReference() {}

  /** What is described must be what is there. */
  static void check(String scraped) throws IOException {
    String text = Files.readString(DOCUMENT);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    assertTrue(begin >= 0 && end > begin, "docs/metrics.md has lost the markers of its table");
    String expected =
        text.substring(0, begin + BEGIN.length()) + table(scraped) + text.substring(end);
    if ("write".equals(System.getProperty("readme"))) {
      Files.writeString(DOCUMENT, expected);
    } else {
      assertEquals(expected, text, "run mvn verify -Dtest=OperationsTest -Dreadme=write");
    }
  }

  private static String table(String scraped) {
    Map<String, String> help = new TreeMap<>();
    Map<String, String> types = new TreeMap<>();
    Map<String, Set<String>> labels = new TreeMap<>();
    for (String line : scraped.split("\n", -1)) {
      Matcher matcher = HELP.matcher(line);
      if (matcher.matches()) {
        help.put(matcher.group(1), matcher.group(2));
      }
      matcher = TYPE.matcher(line);
      if (matcher.matches()) {
        types.put(matcher.group(1), matcher.group(2));
      }
      matcher = SERIES.matcher(line);
      if (matcher.matches()) {
        Matcher label = LABEL.matcher(matcher.group(2));
        Set<String> names =
            labels.computeIfAbsent(
                matcher.group(1).replaceFirst("_bucket$", ""), _ -> new TreeSet<>());
        while (label.find()) {
          if (!label.group(1).equals("le")) {
            names.add("`" + label.group(1) + "`");
          }
        }
      }
    }
    StringBuilder table =
        new StringBuilder("| Metric | Type | Labels | Meaning |\n|---|---|---|---|\n");
    help.forEach(
        (name, meaning) -> {
          // The largest value that a histogram saw of late comes as a gauge of its own.
          if (!name.endsWith("_max")) {
            table.append(
                "| `%s` | %s | %s | %s |\n"
                    .formatted(
                        name,
                        types.get(name),
                        String.join(", ", labels.getOrDefault(name, Set.of())),
                        meaning));
          }
        });
    return table.toString();
  }
}
