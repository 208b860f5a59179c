package dev.paddock.sandbox.guest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.graalvm.polyglot.Source;

/**
 * The parts of the guest's world that are made when first touched: one source each, read once and
 * shared by all contexts, so that an engine parses it once. Internal, so that none shows in a stack
 * trace. For all threads.
 */
final class World {

  private static final Map<String, Source> PARTS = new ConcurrentHashMap<>();

  private World() {}

  /**
   * The part's source.
   *
   * @param part a file below {@code world/}, without its ending
   */
  static Source part(String part) {
    return PARTS.computeIfAbsent(part, name -> read("world/" + name + ".js"));
  }

  /** The source of a script beside this class. */
  static Source read(String file) {
    try (InputStream in = Objects.requireNonNull(World.class.getResourceAsStream(file), file)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Source.newBuilder("js", text, "paddock:" + file).internal(true).build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
