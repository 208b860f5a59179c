package dev.paddock.worker.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.Script;
import dev.paddock.worker.config.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Popular libraries, unchanged in a bundle, do in a sandbox what they do in Node. */
class LibraryTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** Ample, because the first run of a library in a sandbox is a cold one. */
  private static final Limits LIMITS =
      new Limits(30_000, 60_000, 64 << 20, 4 << 20, 100_000, 10_000, 100, 1000);

  private static final Path FOLDER =
      Path.of(Objects.requireNonNull(LibraryTest.class.getResource("/libraries")).getPath());

  @SuppressWarnings("NullAway.Init")
  private static SandboxPool pool;

  @BeforeAll
  static void start() throws Exception {
    Path home = Path.of(System.getProperty("paddock.home"));
    pool =
        new SandboxPool(
            SandboxCommand.of(home, LIMITS.heapBytes()),
            Configuration.of(
                    Map.of(
                        "pool.size", "1",
                        "pool.spares", "0",
                        "pool.start.timeout.ms", "60000",
                        "sandbox.compilation", "quick"))
                .pool());
    pool.awaitReady(TIMEOUT);
  }

  @AfterAll
  static void stop() {
    pool.close();
  }

  static List<String> libraries() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER.resolve("bundles"))) {
      return files.map(f -> f.getFileName().toString().replace(".mjs", "")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void aBundledLibraryGivesTheOutputThatNodeGives(String library) throws Exception {
    String file = library + ".mjs";
    String source = Files.readString(FOLDER.resolve("bundles").resolve(file));
    String input = Files.readString(FOLDER.resolve("inputs").resolve(library + ".json"));
    String expected = Files.readString(FOLDER.resolve("outputs").resolve(library + ".json"));
    Verdict verdict =
        pool.run(Tasks.of(new Script(file, Script.Kind.MODULE, source), input, LIMITS));
    Ending ending = assertInstanceOf(Verdict.Answered.class, verdict).answer().ending();
    String output = assertInstanceOf(Ending.Succeeded.class, ending, ending::toString).output();
    assertEquals(expected.strip(), output);
  }

  @Test
  void everyLibraryIsThere() throws IOException {
    List<String> names = libraries();
    assertTrue(names.size() >= 15, names::toString);
    assertTrue(
        names.containsAll(
            List.of("react-dom-server", "handlebars", "json-rules-engine", "ajv", "lodash")),
        names::toString);
  }
}
