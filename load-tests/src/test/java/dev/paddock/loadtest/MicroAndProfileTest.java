package dev.paddock.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.paddock.loadtest.micro.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Every micro-benchmark and both profiles give figures; what they are is not for a test. */
@Tag("long")
@Execution(ExecutionMode.CONCURRENT)
class MicroAndProfileTest {

  @TempDir private Path folder;

  @Test
  void everyMicroBenchmarkGivesAFigure() throws Exception {
    JsonNode results = micro("--forks", "0");
    Set<String> measured = new HashSet<>();
    for (JsonNode result : results) {
      measured.add(name(result));
      assertMeasured(result);
    }
    assertEquals(Set.copyOf(Plan.matching(Pattern.compile(""))), measured);
  }

  /** Where nothing that another class of benchmarks has loaded or set helps. */
  @Test
  void aBenchmarkOfEachClassRunsInAJvmOfItsOwn() throws Exception {
    Set<String> classes = new HashSet<>();
    for (JsonNode result :
        micro(
            "--forks",
            "1",
            "quotas|Conversion.*in|encodeAnswer|receiveSettle|offerAndTake|decodeRequest")) {
      assertMeasured(result);
      String name = name(result).substring(0, name(result).indexOf('.'));
      classes.add(name);
      boolean inSandbox = name.startsWith("Context") || name.startsWith("Conversion");
      assertEquals(
          inSandbox, result.path("jvmArgs").toString().contains("-Xmn"), result.toString());
    }
    assertEquals(
        Plan.matching(Pattern.compile("")).stream()
            .map(name -> name.substring(0, name.indexOf('.')))
            .collect(Collectors.toSet()),
        classes);
  }

  @Test
  void aShortProfileDrawsAndTellsWhereWorkerAndSandboxWere() throws Exception {
    Path report = folder.resolve("report");
    List<String> lines =
        Launch.run(
            folder, "profile", "--seconds", "2", "--warm-up", "1", "--report", report.toString());
    String all = String.join("\n", lines);
    for (String name : List.of("worker", "sandbox")) {
      List<String> frames = frames(Files.readString(report.resolve(name + ".html")));
      assertTrue(
          frames.stream().anyMatch(frame -> frame.startsWith("dev/paddock/" + name + "/")),
          frames.toString());
      assertTrue(Files.size(report.resolve(name + ".jfr")) > 0);
      assertTrue(
          lines.stream()
              .anyMatch(line -> line.matches(" +[0-9.]+ %  dev\\.paddock\\." + name + "\\..*")),
          all);
    }
    assertTrue(all.contains(Files.readString(report.resolve("profile.txt"))), all);
  }

  /** The names in a flame graph; each says how much it shares with the beginning of the last. */
  private static List<String> frames(String page) {
    List<String> frames = new ArrayList<>(List.of("all"));
    page.lines()
        .dropWhile(line -> !line.equals("const cpool = ["))
        .skip(2)
        .takeWhile(line -> line.startsWith("'"))
        .map(line -> line.substring(1, line.lastIndexOf('\'')).replaceAll("\\\\(.)", "$1"))
        .forEach(
            line ->
                frames.add(
                    frames.getLast().substring(0, line.charAt(0) - ' ') + line.substring(1)));
    return frames;
  }

  private JsonNode micro(String... arguments) throws IOException, InterruptedException {
    Path file = folder.resolve("results.json");
    List<String> command =
        new ArrayList<>(
            List.of(
                "micro",
                "--warm-up",
                "0",
                "--iterations",
                "1",
                "--millis",
                "20",
                "--out",
                file.toString()));
    command.addAll(List.of(arguments));
    List<String> lines = Launch.run(folder, command.toArray(String[]::new));
    JsonNode results = new JsonMapper().readTree(file.toFile());
    assertEquals(
        results.size(),
        lines.stream().filter(line -> line.matches(" .* (ns|µs|ms) .* B")).count(),
        String.join("\n", lines));
    return results;
  }

  private static String name(JsonNode result) {
    String benchmark = result.path("benchmark").asText();
    return benchmark.substring(Plan.class.getPackageName().length() + 1);
  }

  private static void assertMeasured(JsonNode result) {
    assertTrue(result.path("primaryMetric").path("score").asDouble() > 0, result.toString());
  }
}
