package dev.paddock.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.worker.cli.Paddock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Every measurement runs and shows what it is for; what the figures are is not for a test. */
@Execution(ExecutionMode.CONCURRENT)
class LoadTestsTest {

  private static final long TIMEOUT_SECONDS = 240;

  @TempDir private Path folder;

  @Test
  void everyPartIsMeasured() throws Exception {
    List<String> lines = run("bench", "--rounds", "1", "--executions", "10");
    for (String row :
        List.of(
            "own process, confined",
            "own process, not confined",
            "in one process, no pipe",
            "own process, context reused",
            "bare context with the rule",
            "CPU, wall, heap: begin and end a run",
            "CPU, wall, heap: the watching thread",
            "stack, where every run asks for another",
            "world: globals, clock, randomness, errors",
            "no spare, with the start cache",
            "no spare, without it",
            "a spare is ready (the default)",
            "an endless loop",
            "a builtin that never looks",
            "one huge buffer",
            "many timers",
            "128 MiB",
            "25 scripts",
            "one context for many",
            "a context for each",
            "at-least-once",
            "share-group",
            "only moved, exactly-once",
            "beside endless loops")) {
      assertTrue(
          lines.stream().anyMatch(line -> line.startsWith("  " + row + "  ")),
          () -> row + " is missing in " + String.join("\n", lines));
    }
  }

  @Test
  void aSoakShowsEveryTwentiethAndTheComparison() throws Exception {
    List<String> lines = run("soak", "--executions", "60");
    assertEquals(20, lines.stream().filter(line -> line.contains(" MiB ")).count());
    assertTrue(lines.getLast().startsWith("Sandboxes: "), String.join("\n", lines));
  }

  @Test
  void everyRequestHasItsOneResultAfterOneFaultOfEachKind() throws Exception {
    List<String> lines =
        run(
            "chaos",
            "--requests",
            "400",
            "--workers",
            "2",
            "--partitions",
            "4",
            "--seed",
            "1",
            "--longest-pause",
            "3",
            "--minutes",
            "3");
    String all = String.join("\n", lines);
    assertTrue(
        all.contains(
            "faults: 1 kill worker, 1 stop worker, 1 leave, 1 join, 1 kill sandbox, 1 stop sandbox,"
                + " 1 kill broker, 1 stop broker"),
        all);
    assertTrue(lines.getLast().startsWith("✓"), all);
  }

  private List<String> run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dpaddock.home=" + System.getProperty("paddock.home"),
            "-cp",
            System.getProperty("java.class.path"),
            Paddock.class.getName()));
    command.addAll(List.of(arguments));
    Path out = folder.resolve("out");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
    // For workers that a measurement starts.
    builder
        .environment()
        .putAll(
            Map.of(
                "PADDOCK_POOL_SIZE", "1",
                "PADDOCK_POOL_SPARES", "0",
                "PADDOCK_SANDBOX_COMPILATION", "quick"));
    Process process = builder.start();
    try {
      assertTrue(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS), Files.readString(out));
      assertEquals(0, process.exitValue(), Files.readString(out));
      return Files.readAllLines(out);
    } finally {
      process.destroyForcibly();
    }
  }
}
