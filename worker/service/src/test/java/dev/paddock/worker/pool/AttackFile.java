package dev.paddock.worker.pool;

import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.Script;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads a family of attacks; {@code attacks/README.md} describes the format. */
final class AttackFile {

  private static final Pattern SETTING =
      Pattern.compile("// (expect|kind|limits|input|isolation|logs): (.*)");

  private static final Pattern REPEATED = Pattern.compile("\u27E6(\\d+)\u00D7(.*?)\u27E7");

  private static final String CASE = "// case: ";
  private static final String THEN = "// then:";

  private final String family;
  private final Map<String, String> defaults = new HashMap<>();
  private final List<Attack> attacks = new ArrayList<>();

  private AttackFile(String family) {
    this.family = family;
  }

  /** The attacks of every family. */
  static List<Attack> readAll() throws IOException, URISyntaxException {
    Path folder = Path.of(Objects.requireNonNull(AttackFile.class.getResource("/attacks")).toURI());
    List<Attack> attacks = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".js")).sorted().toList()) {
        attacks.addAll(read(file));
      }
    }
    return attacks;
  }

  /** The attacks of one file, in order. */
  private static List<Attack> read(Path file) throws IOException {
    String fileName = file.getFileName().toString();
    AttackFile reader = new AttackFile(fileName.replace(".js", ""));
    String[] parts = Files.readString(file).split("(?m)^(?=" + CASE + ")", -1);
    settings(
        parts[0].lines().filter(line -> SETTING.matcher(line).matches()).toList(), reader.defaults);
    for (String part : Arrays.asList(parts).subList(1, parts.length)) {
      try {
        reader.attack(part);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(fileName + ", " + part.lines().findFirst(), e);
      }
    }
    return reader.attacks;
  }

  private void attack(String text) {
    Map<String, String> settings = new HashMap<>(defaults);
    List<Attack.Step> steps = new ArrayList<>();
    for (String part : text.split("(?m)^(?=" + THEN + ")", -1)) {
      List<String> lines = part.lines().toList();
      Map<String, String> own = new HashMap<>(settings);
      int read = 1 + settings(lines.subList(1, lines.size()), own);
      if (steps.isEmpty()) {
        settings.put("isolation", own.getOrDefault("isolation", "process, context"));
      }
      steps.add(step(own, String.join("\n", lines.subList(read, lines.size())).strip()));
    }
    Set<Attack.Isolation> isolations =
        Arrays.stream(settings.getOrDefault("isolation", "").split(", ", -1))
            .map(name -> Attack.Isolation.valueOf(name.toUpperCase(Locale.ROOT)))
            .collect(Collectors.toSet());
    String name = text.lines().findFirst().orElseThrow().substring(CASE.length());
    attacks.add(new Attack(family, name, isolations, steps));
  }

  /** Returns how many of the lines were settings, up to the first that was none. */
  private static int settings(List<String> lines, Map<String, String> into) {
    int count = 0;
    for (String line : lines) {
      var setting = SETTING.matcher(line);
      if (!setting.matches()) {
        break;
      }
      into.put(setting.group(1), setting.group(2).strip());
      count++;
    }
    return count;
  }

  private static Attack.Step step(Map<String, String> settings, String source) {
    boolean module = settings.getOrDefault("kind", "script").equals("module");
    String expanded =
        REPEATED
            .matcher(source)
            .replaceAll(
                (MatchResult m) ->
                    Matcher.quoteReplacement(m.group(2).repeat(Integer.parseInt(m.group(1)))));
    return new Attack.Step(
        module
            ? new Script("attack.mjs", Script.Kind.MODULE, expanded)
            : new Script("attack.js", Script.Kind.SCRIPT, expanded),
        settings.getOrDefault("input", "null"),
        limits(settings.getOrDefault("limits", "")),
        Expectation.parse(expanded(settings.getOrDefault("expect", ""))),
        settings.getOrDefault("logs", "").equals("cut"));
  }

  private static String expanded(String text) {
    return REPEATED
        .matcher(text)
        .replaceAll(
            (MatchResult m) ->
                Matcher.quoteReplacement(m.group(2).repeat(Integer.parseInt(m.group(1)))));
  }

  private static Limits limits(String text) {
    Map<String, Long> values = new HashMap<>();
    for (String part : text.split(", ", -1)) {
      if (!part.isEmpty()) {
        String[] words = part.split(" ", -1);
        values.put(words[0], Long.parseLong(words[1]) * factor(words[2]));
      }
    }
    Limits limits =
        new Limits(
            value(values, "cpu", 2000),
            value(values, "wall", 10_000),
            value(values, "heap", 16 << 20),
            4 << 20,
            value(values, "output", 10_000),
            value(values, "log", 2000),
            (int) value(values, "lines", 100),
            (int) value(values, "async", 100));
    if (!values.isEmpty()) {
      throw new IllegalArgumentException("No such limits: " + values.keySet());
    }
    return limits;
  }

  private static long value(Map<String, Long> values, String name, long otherwise) {
    Long value = values.remove(name);
    return value == null ? otherwise : value;
  }

  private static long factor(String unit) {
    return switch (unit) {
      case "ms", "bytes", "lines", "operations" -> 1;
      case "KiB" -> 1 << 10;
      case "MiB" -> 1 << 20;
      default -> throw new IllegalArgumentException("No such unit: " + unit);
    };
  }
}
