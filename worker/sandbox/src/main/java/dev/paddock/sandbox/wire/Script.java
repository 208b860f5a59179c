package dev.paddock.sandbox.wire;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A guest script.
 *
 * @param name shown in stack traces and error positions
 * @param kind how the source is read
 * @param source the JavaScript text
 * @param modules what it may import besides: source text by specifier, without a leading "./"
 */
public record Script(String name, Kind kind, String source, Map<String, String> modules) {

  /** How a script is read. */
  public enum Kind {
    /** The completion value is the output. */
    SCRIPT,
    /** An ES module whose default export is called. */
    MODULE
  }

  /** Copies the modules. */
  public Script {
    modules = Map.copyOf(modules);
  }

  /** Size of the source and of all modules as UTF-8, in bytes. */
  public long bytes() {
    return Stream.concat(Stream.of(source), modules.values().stream())
        .mapToLong(text -> text.getBytes(StandardCharsets.UTF_8).length)
        .sum();
  }

  /** A script that may import nothing but itself. */
  public Script(String name, Kind kind, String source) {
    this(name, kind, source, Map.of());
  }
}
