package dev.paddock.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/security.md says holds a claim must be there. */
class SecurityModelTest {

  private static final Path ROOT = Path.of("..", "..");
  private static final Path ATTACKS = Path.of("src", "test", "resources", "attacks");
  private static final Pattern FAMILY = Pattern.compile("`([\\w-]+\\.js)` \\((\\d+)");
  private static final Pattern TOTAL = Pattern.compile("\\((\\d+) cases");
  private static final Pattern TEST_CLASS = Pattern.compile("`(\\w+Test)`");
  private static final Pattern CASE = Pattern.compile("(?m)^// case:");

  private final String model;

  SecurityModelTest() throws IOException {
    model = Files.readString(ROOT.resolve("docs").resolve("security.md"));
  }

  @Test
  void everyFamilyOfAttacksIsNamedWithItsNumberOfCases() throws IOException {
    Map<String, Long> there = new TreeMap<>();
    try (Stream<Path> files = Files.list(ATTACKS)) {
      for (Path file : files.filter(one -> one.toString().endsWith(".js")).toList()) {
        long cases = CASE.matcher(Files.readString(file)).results().count();
        there.put(file.getFileName().toString(), cases);
      }
    }
    Map<String, Long> named = new TreeMap<>();
    Matcher family = FAMILY.matcher(model);
    while (family.find()) {
      named.put(family.group(1), Long.valueOf(family.group(2)));
    }
    assertEquals(there, named);
    Matcher total = TOTAL.matcher(model);
    assertTrue(total.find());
    assertEquals(
        there.values().stream().mapToLong(Long::longValue).sum(), Long.parseLong(total.group(1)));
  }

  @Test
  void everyTestThatIsNamedIsThere() throws IOException {
    Set<String> named = new HashSet<>();
    Matcher matcher = TEST_CLASS.matcher(model);
    while (matcher.find()) {
      named.add(matcher.group(1));
    }
    assertTrue(named.size() > 15, named.toString());
    try (Stream<Path> files = Files.walk(ROOT)) {
      Set<String> there =
          files
              .filter(file -> file.toString().contains("src"))
              .map(file -> file.getFileName().toString().replaceFirst("\\.java$", ""))
              .collect(Collectors.toSet());
      named.removeAll(there);
    }
    assertEquals(Set.of(), named);
  }
}
