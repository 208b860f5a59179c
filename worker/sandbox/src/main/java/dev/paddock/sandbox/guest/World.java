package dev.paddock.sandbox.guest;

import dev.paddock.sandbox.quota.Run;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;

/**
 * The parts of the guest's world that are made when first touched: one source each, read once and
 * shared by all contexts, so that an engine parses it once. Internal, so that none shows in a stack
 * trace. One for an engine, for the guest thread.
 */
final class World {

  /**
   * What few scripts need, and takes longer to parse than most scripts run: the tables for domains
   * beyond ASCII. Not the account of the script that needs them first.
   */
  private static final String TABLES = "tr46";

  private static final Map<String, Source> PARTS = new ConcurrentHashMap<>();

  private final Supplier<Context> contexts;
  private boolean tablesParsed;

  /**
   * The world of an engine.
   *
   * @param contexts makes contexts of the engine, from any thread
   */
  World(Supplier<Context> contexts) {
    this.contexts = contexts;
  }

  /**
   * The part's source.
   *
   * @param part a file below {@code world/}, without its ending
   * @param run the execution that touches it
   */
  Source part(String part, Run run) {
    Source source = PARTS.computeIfAbsent(part, name -> read("world/" + name + ".js"));
    if (part.equals(TABLES) && !tablesParsed) {
      tablesParsed = true; // whatever comes of it, or a script could have it done again and again
      run.uncharged(() -> parse(source));
    }
    return source;
  }

  /** Puts it into the engine's cache, on whatever thread. */
  private void parse(Source source) {
    try (Context context = contexts.get()) {
      context.parse(source);
    } catch (PolyglotException | OutOfMemoryError e) {
      // The script meets the same where it has the part evaluated.
    }
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
