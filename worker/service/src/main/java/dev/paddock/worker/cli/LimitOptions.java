package dev.paddock.worker.cli;

import dev.paddock.schemas.Limits;
import dev.paddock.schemas.TrustedContracts;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The limits that a command asks for instead of the worker's defaults. */
final class LimitOptions {

  private static final Pattern VALUE =
      Pattern.compile("(\\d{1,12})\\s*(ms|s|KiB|MiB|)", Pattern.CASE_INSENSITIVE);

  private static final String EXAMPLE =
      "a whole number above 0, with ms or s, KiB or MiB behind it";

  @Option(
      names = "--limit",
      paramLabel = "NAME=VALUE",
      description =
          "Ask for another limit than the worker's default, up to its ceiling. Names: cpu and wall"
              + " (time, as 250ms or 2s), heap, stack, output, log, input and source (size, as 64KiB or"
              + " 16MiB), lines (log messages), async (pending timers). May be repeated.")
  private Map<String, String> values = Map.of();

  /** What is asked for, or null where nothing is. */
  @Nullable Limits limits() {
    if (values.isEmpty()) {
      return null;
    }
    TrustedContracts.trust();
    Limits.Builder limits = Limits.newBuilder();
    values.forEach((name, value) -> set(limits, name, value));
    return limits.build();
  }

  /** Limits as this option takes them. */
  static String text(@Nullable Limits limits) {
    StringJoiner text = new StringJoiner(", ");
    text.setEmptyValue("the workers' defaults");
    if (limits != null) {
      add(text, "cpu", limits.getCpuMillis(), "ms");
      add(text, "wall", limits.getWallMillis(), "ms");
      add(text, "heap", limits.getHeapBytes(), "");
      add(text, "stack", limits.getStackBytes(), "");
      add(text, "output", limits.getOutputBytes(), "");
      add(text, "log", limits.getLogBytes(), "");
      add(text, "lines", limits.getLogLines(), "");
      add(text, "async", limits.getAsyncOperations(), "");
      add(text, "input", limits.getInputBytes(), "");
      add(text, "source", limits.getSourceBytes(), "");
    }
    return text.toString();
  }

  private static void add(StringJoiner text, String name, @Nullable Number value, String unit) {
    if (value != null) {
      text.add(name + "=" + value + unit);
    }
  }

  private static void set(Limits.Builder limits, String name, String value) {
    switch (name) {
      case "cpu" -> limits.setCpuMillis(parse(name, value, Map.of("ms", 1L, "s", 1000L)));
      case "wall" -> limits.setWallMillis(parse(name, value, Map.of("ms", 1L, "s", 1000L)));
      case "heap" -> limits.setHeapBytes(bytes(name, value));
      case "stack" -> limits.setStackBytes(bytes(name, value));
      case "output" -> limits.setOutputBytes(bytes(name, value));
      case "log" -> limits.setLogBytes(bytes(name, value));
      case "input" -> limits.setInputBytes(bytes(name, value));
      case "source" -> limits.setSourceBytes(bytes(name, value));
      case "lines" -> limits.setLogLines((int) parse(name, value, Map.of()));
      case "async" -> limits.setAsyncOperations((int) parse(name, value, Map.of()));
      default ->
          throw CommandFailure.usage(
              "--limit "
                  + name
                  + " is unknown; there are cpu, wall, heap, stack, output, log, input, source, lines and"
                  + " async");
    }
  }

  private static long bytes(String name, String value) {
    return parse(name, value, Map.of("kib", 1024L, "mib", 1024L * 1024));
  }

  private static long parse(String name, String value, Map<String, Long> units) {
    Matcher matcher = VALUE.matcher(value.strip());
    if (matcher.matches()) {
      String unit = matcher.group(2).toLowerCase(java.util.Locale.ROOT);
      Long factor = unit.isEmpty() ? Long.valueOf(1) : units.get(unit);
      long number = Long.parseLong(matcher.group(1));
      if (factor != null && number > 0 && (!units.isEmpty() || number <= Integer.MAX_VALUE)) {
        return number * factor;
      }
    }
    throw CommandFailure.usage("--limit " + name + " is '" + value + "'; it must be " + EXAMPLE);
  }
}
