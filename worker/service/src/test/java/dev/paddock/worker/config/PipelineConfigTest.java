package dev.paddock.worker.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.Limits;
import dev.paddock.schemas.Reuse;
import dev.paddock.schemas.ScriptClock;
import dev.paddock.schemas.ScriptKind;
import dev.paddock.schemas.ScriptRandomness;
import dev.paddock.schemas.ScriptReference;
import dev.paddock.worker.config.PipelineConfig.Output;
import dev.paddock.worker.config.PipelineConfig.PipelineScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineConfigTest {

  @TempDir private Path folder;

  private static final Map<String, String> GOOD =
      Map.of("pipelines.a.from", "in", "pipelines.a.to", "out", "pipelines.a.script.id", "rule");

  /** Of the good pipeline with other values; an empty one takes the key away. */
  private static List<String> problems(Map<String, String> more) {
    Map<String, String> values = new HashMap<>(GOOD);
    values.putAll(more);
    return assertThrows(ConfigurationException.class, () -> Configuration.of(values)).problems();
  }

  private static void assertProblem(String problem, Map<String, String> more) {
    assertEquals(List.of(problem), problems(more));
  }

  @Test
  void pipelinesAreReadFromYamlWithTheirDefaults() throws IOException {
    Path script = Files.writeString(folder.resolve("enrich.mjs"), "export default (x) => x");
    Path yaml =
        Files.writeString(
            folder.resolve("test.yaml"),
            """
            pipelines:
              orders:
                from: orders
                to: orders.enriched
                script:
                  file: %s
              payments:
                from: payments
                to: orders.enriched
                script: {id: check, version: 3}
                tenant: bank
                ordering: partition
                reuse: script
                clock: system
                randomness: system
                input: {format: avro}
                output: {format: avro, subject: shared, envelope: true, several: true}
                limits:
                  cpu.ms: 50
                  log.lines: 7
                  input.bytes: 4KiB
            """
                .formatted(script));
    Configuration configuration = Configuration.read(yaml, Map.of(), List.of());

    assertEquals(
        List.of(
            new PipelineConfig(
                "orders",
                "orders",
                "orders.enriched",
                "default",
                new PipelineScript.FromFile(
                    new InlineScript(
                        "enrich.mjs", ScriptKind.MODULE, "export default (x) => x", Map.of())),
                Ordering.KEY,
                DataFormat.JSON,
                new Output(DataFormat.JSON, "orders.enriched-value", false, false),
                Reuse.EXECUTION,
                ScriptClock.REQUEST,
                ScriptRandomness.SEEDED,
                null),
            new PipelineConfig(
                "payments",
                "payments",
                "orders.enriched",
                "bank",
                new PipelineScript.FromCatalog(new ScriptReference("check", 3)),
                Ordering.PARTITION,
                DataFormat.AVRO,
                new Output(DataFormat.AVRO, "shared", true, true),
                Reuse.SCRIPT,
                ScriptClock.SYSTEM,
                ScriptRandomness.SYSTEM,
                new Limits(50L, null, null, null, null, null, 7, null, 4096L, null))),
        configuration.pipelines());
    assertEquals(List.of("paddock.requests", "orders", "payments"), configuration.topicsRead());
    assertEquals(Ordering.KEY, configuration.dispatch().orderingOf("orders"));
    assertEquals(Ordering.NONE, configuration.dispatch().orderingOf("paddock.requests"));
  }

  @Test
  void onlyAModulesContextCanBeReused() throws IOException {
    Path script = Files.writeString(folder.resolve("rule.js"), "input");
    assertProblem(
        ("pipelines.a.reuse is script (from code), but pipelines.a.script.file is '%s', which is no"
                + " ES module; let the file's name end in .mjs and export a function by default, or"
                + " leave this out")
            .formatted(script),
        Map.of(
            "pipelines.a.script.id",
            "",
            "pipelines.a.script.file",
            script.toString(),
            "pipelines.a.reuse",
            "script"));
  }

  @Test
  void whatIsMissingOrContradictsItselfIsNamed() {
    assertProblem(
        "pipelines.a.to is not set; it must be a topic's name: 1 to 249 letters, digits, '.', '_'"
            + " or '-'",
        Map.of("pipelines.a.to", ""));
    assertProblem(
        "pipelines.a.from is 'paddock.results' (from code), which is one of Paddock's own topics;"
            + " it must be another",
        Map.of("pipelines.a.from", "paddock.results"));
    assertProblem(
        "pipelines.a.script.file and pipelines.a.script.id are not set; set one of them",
        Map.of("pipelines.a.script.id", ""));
    assertProblem(
        "pipelines.a.script.file and pipelines.a.script.id are both set; set one of them",
        Map.of("pipelines.a.script.file", "x.js"));
    assertProblem(
        "pipelines.a.output.subject is 's' (from code), but pipelines.a.output.format is json;"
            + " leave it out, or write avro",
        Map.of("pipelines.a.output.subject", "s"));
    assertProblem(
        "pipelines.a.output.formt (from code) is unknown; did you mean"
            + " pipelines.a.output.format?",
        Map.of("pipelines.a.output.formt", "json"));
    assertProblem(
        "pipelines.a.clock is 'noon' (from code); it must be request or system",
        Map.of("pipelines.a.clock", "noon"));
    assertProblem(
        "pipelines.a.input.format is 'xml' (from code); it must be json or string or avro",
        Map.of("pipelines.a.input.format", "xml"));
    assertProblem(
        "pipelines.a.limits.cpu.ms is 20000 (from code); it must not be above"
            + " limits.ceiling.cpu.ms, which is 10000 (from the default)",
        Map.of("pipelines.a.limits.cpu.ms", "20000"));
    assertTrue(
        problems(Map.of("pipelines.a", "in")).getFirst().startsWith("pipelines.a (from code) is"));
  }

  @Test
  void aFileThatCannotBeUsedIsNamed() throws IOException {
    Map<String, String> file = new HashMap<>(Map.of("pipelines.a.script.id", ""));
    file.put("pipelines.a.script.file", "nobody/made/this.js");
    String missing = problems(file).getFirst();
    assertTrue(
        missing.startsWith(
            "pipelines.a.script.file is 'nobody/made/this.js' (from code), which cannot be used:"
                + " there is no such file below /"),
        missing);

    Path binary = Files.write(folder.resolve("binary.js"), new byte[] {-1});
    file.put("pipelines.a.script.file", binary.toString());
    assertTrue(problems(file).getFirst().endsWith("it is not UTF-8 text"));

    file.put(
        "pipelines.a.script.file",
        Files.writeString(folder.resolve("long.js"), "1".repeat(17)).toString());
    file.put("limits.default.source.bytes", "16");
    assertTrue(
        problems(file)
            .getFirst()
            .endsWith("it has 17 bytes; limits.default.source.bytes allows 16"));
    file.put("pipelines.a.limits.source.bytes", "15");
    assertTrue(
        problems(file)
            .getFirst()
            .endsWith("it has 17 bytes; pipelines.a.limits.source.bytes allows 15"));
    file.put("pipelines.a.limits.source.bytes", "17");
    Map<String, String> good = new HashMap<>(GOOD);
    good.putAll(file);
    assertEquals(1, Configuration.of(good).pipelines().size());
  }

  @Test
  void aTopicHasOnePipelineAndNoWayLeadsBack() {
    Map<String, String> other = new HashMap<>();
    other.put("pipelines.b.from", "in");
    other.put("pipelines.b.to", "elsewhere");
    other.put("pipelines.b.script.id", "rule");
    assertProblem(
        "pipelines.a.from and pipelines.b.from are both 'in'; in one worker a topic has one"
            + " pipeline. Run the other in a worker with an intake.group of its own",
        other);
    other.put("pipelines.b.from", "out");
    other.put("pipelines.b.to", "in");
    assertProblem(
        "Pipelines lead from in to out back to in, and would never end; change a from or a to",
        other);
    other.put("pipelines.b.to", "out");
    assertProblem(
        "Pipelines lead from out back to out, and would never end; change a from or a to", other);
  }

  @Test
  void aWorkerThatReadsNothingAndAShareGroupThatIsToKeepOrderAreRefused() {
    assertEquals(
        List.of(
            "intake.requests is false (from code), and there are no pipelines, so there is nothing"
                + " to read; leave it out, or configure pipelines"),
        assertThrows(
                ConfigurationException.class,
                () -> Configuration.of(Map.of("intake.requests", "false")))
            .problems());

    Map<String, String> shared = new HashMap<>(GOOD);
    shared.put("intake.mode", "share-group");
    assertEquals(Ordering.NONE, Configuration.of(shared).pipelines().getFirst().ordering());
    assertProblem(
        "pipelines.a.ordering is key (from code); with intake.mode share-group it must be none,"
            + " since a share group keeps no order. Leave it out, or set intake.mode to partitions",
        Map.of("intake.mode", "share-group", "pipelines.a.ordering", "key"));
  }
}
