package dev.paddock.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.paddock.worker.cli.CommandExtension;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.xml.sax.InputSource;
import picocli.CommandLine;

/** Every measurement runs and shows what it is for; what the figures are is not for a test. */
@Execution(ExecutionMode.CONCURRENT)
class LoadTestsTest {

  @TempDir private Path folder;

  @Test
  void everyMeasurementTellsHowItIsUsed() {
    List<CommandExtension> measurements =
        ServiceLoader.load(CommandExtension.class).stream()
            .map(ServiceLoader.Provider::get)
            .toList();
    assertEquals(7, measurements.size());
    for (CommandExtension measurement : measurements) {
      StringWriter out = new StringWriter();
      CommandLine command = new CommandLine(measurement).setOut(new PrintWriter(out));
      assertEquals(CommandLine.ExitCode.OK, command.execute("--help"), command.getCommandName());
      assertTrue(out.toString().startsWith("Usage: " + command.getCommandName()), out.toString());
    }
  }

  @Tag("long")
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
            "exactly-once, an empty group",
            "at-least-once",
            "share-group",
            "only moved, exactly-once",
            "beside endless loops")) {
      assertTrue(
          lines.stream().anyMatch(line -> line.startsWith("  " + row + "  ")),
          () -> row + " is missing in " + String.join("\n", lines));
    }
  }

  @Tag("long")
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

  @Tag("long")
  @Test
  void aLoadOfEachKindOfScriptIsReported() throws Exception {
    Path report = folder.resolve("report");
    List<String> lines =
        run(
            "load",
            "--rate",
            "20",
            "--seconds",
            "3",
            "--warm-up",
            "1",
            "--mix",
            "rule=1,json=1,template=1,regex=1,library=1,compute=1,async=1,hostile=1",
            "--partitions",
            "2",
            "--report",
            report.toString());
    assertTrue(
        lines.stream().anyMatch(line -> line.startsWith("  60 results in ")),
        () -> String.join("\n", lines));
    JsonNode result = new JsonMapper().readTree(report.resolve("result.json").toFile());
    JsonNode only = result.path("results").path(0);
    assertEquals(60, only.path("requests").intValue());
    assertEquals(0, only.path("unexpected").intValue());
    assertEquals(8, only.path("endings").size(), only.path("endings").toString());
    String page = Files.readString(report.resolve("index.html"));
    assumeTrue(
        lines.stream().noneMatch(line -> line.startsWith("No plots: ")),
        "this machine has no fonts, so there are no plots");
    for (String plot : List.of("throughput", "latency", "percentiles", "cpu", "memory")) {
      assertTrue(page.contains("src=\"" + plot + ".svg\""), page);
      assertEquals(1800, ImageIO.read(report.resolve(plot + ".png").toFile()).getWidth());
      assertEquals(
          "svg",
          DocumentBuilderFactory.newDefaultInstance()
              .newDocumentBuilder()
              .parse(withoutDoctype(report.resolve(plot + ".svg")))
              .getDocumentElement()
              .getTagName());
    }
  }

  /** The type that Batik names lies on the web. */
  private static InputSource withoutDoctype(Path svg) throws IOException {
    return new InputSource(
        new StringReader(Files.readString(svg).replaceFirst("(?s)<!DOCTYPE[^>]*>", "")));
  }

  private List<String> run(String... arguments) throws IOException, InterruptedException {
    return Launch.run(folder, arguments);
  }
}
