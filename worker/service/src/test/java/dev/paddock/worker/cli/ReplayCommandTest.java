package dev.paddock.worker.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.paddock.local.LocalServices;
import dev.paddock.schemas.CatalogScript;
import dev.paddock.schemas.ExecutionError;
import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.schemas.Limits;
import dev.paddock.schemas.ScriptClock;
import dev.paddock.schemas.ScriptKind;
import dev.paddock.schemas.ScriptRandomness;
import dev.paddock.schemas.ScriptReference;
import dev.paddock.schemas.SourcePosition;
import dev.paddock.schemas.Usage;
import dev.paddock.worker.ScriptUsed;
import dev.paddock.worker.app.Scene;
import dev.paddock.worker.app.SharedServices;
import dev.paddock.worker.app.Worker;
import dev.paddock.worker.catalog.CatalogEditor;
import dev.paddock.worker.config.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests that a real worker has answered, replayed; and requests without a worker, whose results
 * are what a test says.
 */
@ExtendWith(SharedServices.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplayCommandTest {

  private static final JsonMapper JSON = new JsonMapper();

  private final Scene answered;
  private final Scene silent;
  private final Path folder;
  private final Serializer<Object> serializer;

  ReplayCommandTest(LocalServices services, @TempDir Path folder) throws InterruptedException {
    this.folder = folder;
    String servers = services.broker().bootstrapServers();
    Map<String, String> more =
        Map.of(
            "pool.isolation", "context",
            "pool.start.timeout.ms", "120000",
            "limits.default.input.bytes", "64KiB");
    answered = new Scene(servers, services.registry().url(), more);
    silent = new Scene(servers, services.registry().url(), more);
    Configuration configuration = silent.configuration("test");
    serializer =
        configuration.serialization().newSerializer(configuration.registry().serdeProperties());
  }

  /**
   * A worker answers all kinds of requests; afterwards the script's version 1 is not the one to
   * run.
   */
  @BeforeAll
  void answer() throws Exception {
    CatalogEditor editor = new CatalogEditor(answered.configuration("editor"));
    editor.write(
        _ -> catalogScript(1, "import { vat } from 'rates'; export default ({ n }) => n * vat;"));
    try (Worker worker = answered.worker("w1")) {
      assertTrue(worker.health().troubles().isEmpty(), "it has just started");
      answered.send(
          Scene.request(
                  "lively",
                  """
                  console.log('at', new Date(), Math.random());
                  new Promise((resolve) => setTimeout(resolve, 20))
                    .then(() => [crypto.randomUUID(), Date.now(), performance.now(), input])
                  """)
              .setInput("{\"b\":1,\"a\":[2]}")
              .build());
      answered.send(Scene.request("seeded", "Math.random()").setSeed(42L).build());
      answered.send(
          Scene.request("chance", "[Date.now(), Math.random()]")
              .setClock(ScriptClock.SYSTEM)
              .setRandomness(ScriptRandomness.SYSTEM)
              .build());
      answered.send(
          Scene.request("failing", "throw new RangeError('drew ' + Math.random())").build());
      answered.send(
          Scene.request("endless", "console.log('so far'); for (;;);")
              .setLimits(Limits.newBuilder().setCpuMillis(60L).build())
              .build());
      answered.send(Scene.request("late", "1").setDeadline(Instant.EPOCH).build());
      answered.send(
          Scene.request("in time", "1").setDeadline(Instant.now().plusSeconds(300)).build());
      answered.send(Scene.request("large", "1").setInput('"' + "x".repeat(70_000) + '"').build());
      answered.send(Scene.request("garbled", "1").setInput("{").build());
      answered.send(
          Scene.request("module", "")
              .setScript(new ScriptReference("gross", null))
              .setInput("{\"n\":10}")
              .build());
      answered.send(
          Scene.request("unknown", "").setScript(new ScriptReference("nobody", 1)).build());
      var _ = answered.send(null, null, answered.bytes(Scene.request("", "input").build()));
      var _ = answered.send(2, null, "no request".getBytes(UTF_8));
      answered.results(12);
    }
    editor.write(_ -> catalogScript(2, "export default () => 'another'"));
    editor.write(
        _ ->
            CatalogScript.newBuilder(
                    catalogScript(
                        1, "import { vat } from 'rates'; export default ({ n }) => n * vat;"))
                .setDisabled(true)
                .build());
  }

  @AfterAll
  void stop() {
    answered.close();
    silent.close();
    serializer.close();
  }

  @Test
  void whateverAWorkerAnsweredEndsTheSameInAnotherProcessAndNothingIsWritten() throws Exception {
    Map<TopicPartition, Long> before = ends(answered);
    InProcess.Ended ended =
        InProcess.run(
            answered.settings("replayer", Map.of("pool.isolation", "process", "pool.size", "2")),
            List.of("replay"),
            List.of("--from", "1h"));
    assertEquals(0, ended.exitCode(), ended.out() + ended.err());
    assertCounts(ended.out(), Map.of("same", 11, "not repeatable", 1, "no request", 1));
    assertTrue(ended.out().contains("The record cannot be decoded"), ended.out());
    assertEquals(before, ends(answered));
  }

  @Tag("long")
  @Test
  void oneIsFoundByItsIdOrPositionAndShownInFull() throws Exception {
    InProcess.Ended ended = replay(answered, "--execution", "module");
    assertEquals(0, ended.exitCode(), ended.err());
    List<String> lines = ended.out().lines().toList();
    assertTrue(lines.get(0).startsWith("module of tenant acme, at "), ended.out());
    assertEquals("  recorded  SUCCEEDED 12", lines.get(1));
    assertTrue(lines.get(2).contains(", by w1 at "), ended.out());
    assertTrue(lines.get(2).endsWith(", script gross version 1"), ended.out());
    assertEquals("  now       SUCCEEDED 12", lines.get(3));
    assertEquals("same", lines.get(5));

    String position = lines.get(0).replaceAll(".* at ", "");
    assertEquals(
        lines.get(3), replay(answered, "--position", position).out().lines().toList().get(3));

    String unnamed =
        answered.results(12).stream()
            .map(entry -> entry.value().getExecutionId())
            .filter(id -> id.startsWith(answered.configuration("x").topics().requests()))
            .findAny()
            .orElseThrow();
    ended = replay(answered, "--execution", unnamed);
    assertEquals(0, ended.exitCode(), ended.err());
    assertTrue(ended.out().startsWith(unnamed + " of tenant acme, at " + unnamed), ended.out());

    ended = replay(answered, "--execution", "chance");
    assertEquals(1, ended.exitCode(), "there is nothing to compare");
    assertTrue(
        ended
            .out()
            .lines()
            .toList()
            .getLast()
            .matches(
                "not repeatable, output\\[0]: \\d+ → \\d+; of the system: clock and randomness"),
        ended.out());

    ended = replay(answered, "--position", "2:" + offsetOfTheMalformed());
    assertEquals(1, ended.exitCode());
    assertTrue(ended.out().contains(" is no request: The record cannot be decoded"), ended.out());
  }

  @Test
  void anotherScriptShowsWhatItWouldHaveDoneToAll() throws Exception {
    Path file = folder.resolve("differences.jsonl");
    InProcess.Ended ended =
        replay(
            answered,
            "--from",
            "1h",
            "--script",
            write(
                "changed.mjs",
                """
                export default async (input, context) => {
                  if (context.executionId === 'seeded') { throw new TypeError('not this one'); }
                  if (context.executionId === 'module') {
                    const { vat } = await import('rates');
                    return input.n * vat + 1;
                  }
                  return input;
                };
                """),
            "--output",
            file.toString());
    assertEquals(1, ended.exitCode(), ended.err());
    assertCounts(
        ended.out(),
        Map.of(
            "same", 4, // late, large and garbled never ran; nor does a script that gives its input
            "different", 3,
            "now failing", 1,
            "now succeeding", 3,
            "not repeatable", 1,
            "no request", 1));
    assertTrue(ended.out().contains("output: 12 → 13"), ended.out());
    assertTrue(
        ended.out().contains("status: SUCCEEDED → FAILED TypeError: not this one"), ended.out());
    assertTrue(ended.out().contains("status: VIOLATED CPU_TIME → SUCCEEDED"), ended.out());
    Map<String, JsonNode> lines = new HashMap<>();
    for (String line : Files.readAllLines(file)) {
      JsonNode json = JSON.readTree(line);
      lines.put(json.get("executionId").asText(), json);
    }
    assertEquals(8, lines.size());
    JsonNode module = Objects.requireNonNull(lines.get("module"));
    assertEquals("different", module.get("is").asText());
    assertEquals("output", module.get("path").asText());
    assertEquals(12, module.get("recorded").get("output").asInt());
    assertEquals(13, module.get("now").get("output").asInt());
    assertEquals("acme", module.get("tenant").asText());
    assertTrue(module.get("recorded").get("usage").get("cpuMicros").asLong() > 0);
  }

  @Tag("long")
  @Test
  void ofSeveralResultsOneThatIsTheSameWillDoAndWhereThereIsNoneThatIsSaid() throws Exception {
    List<RecordMetadata> sent = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      ExecutionRequest request =
          Scene.request(
                  "r" + i, "console.log(input.i); ({ list: [1, { deep: input.i }], 'a b': 1.5 })")
              .setInput("{\"i\":" + i + "}")
              .build();
      sent.add(silent.send(1, null, silent.bytes(request)).get(60, TimeUnit.SECONDS));
    }
    String right = "{\"a b\":1.50,\"list\":[1,{\"deep\":%d}]}";
    publish(sent.get(0), succeeded(right.formatted(7), "0"));
    publish(sent.get(0), succeeded(right.formatted(0), "0"));
    publish(sent.get(0), succeeded("null", "0"));
    publish(sent.get(1), succeeded("{\"a b\":1.5,\"list\":[1,{\"deep\":1},2]}", "1"));
    publish(sent.get(2), succeeded(right.formatted(2), "two"));
    publish(
        sent.get(3),
        result(ExecutionStatus.FAILED)
            .setError(
                ExecutionError.newBuilder().setName("Error").setMessage("\u001b[2J").build()));
    publish(sent.get(4), succeeded("{\"list\":[1,{\"deep\":4}],\"more\":[],\"a b\":1.5}", "4"));

    InProcess.Ended ended = replay(silent, "--from", "1h", "--tenant", "acme");
    assertEquals(1, ended.exitCode(), ended.err());
    assertCounts(
        ended.out(),
        Map.of("same", 1, "different", 3, "now succeeding", 1, "no result recorded", 1));
    assertTrue(ended.out().contains("output.list[2]: 2 → nothing"), ended.out());
    assertTrue(ended.out().contains("logs[0]: info: two → info: 2"), ended.out());
    assertTrue(ended.out().contains("output.more: [] → nothing"), ended.out());
    assertTrue(ended.out().contains("status: FAILED Error: �[2J → SUCCEEDED"), ended.out());
    assertTrue(ended.out().contains("now SUCCEEDED {\"list\":[1,{\"deep\":5}]"), ended.out());

    ended = replay(silent, "--from", "1h", "--limit", "3", "--ignore-logs", "--examples", "0");
    assertCounts(ended.out(), Map.of("same", 2, "different", 1));
    assertTrue(ended.out().contains("There are more requests; --limit says how many"), ended.out());
    ended = replay(silent, "--execution", "r5");
    assertEquals(1, ended.exitCode());
    assertTrue(ended.out().contains("\n  now       SUCCEEDED {\"list\":"), ended.out());
    assertTrue(ended.out().endsWith("\nno result recorded\n"), ended.out());
  }

  @Tag("long")
  @Test
  void aTimeIsFromItsFirstMomentToItsLastAndAScriptIdLeavesOutTheRest() throws Exception {
    Instant noon = Instant.now().minus(Duration.ofDays(2)).truncatedTo(ChronoUnit.MINUTES);
    for (int minute : List.of(-1, 0, 1)) {
      ExecutionRequest request = Scene.request("minute " + minute, "'ran'").build();
      var _ =
          silent
              .send(
                  new ProducerRecord<>(
                      silent.configuration("x").topics().requests(),
                      3,
                      noon.plusSeconds(60L * minute).toEpochMilli(),
                      null,
                      silent.bytes(request)))
              .get(60, TimeUnit.SECONDS);
    }
    InProcess.Ended ended =
        replay(silent, "--from", noon.toString(), "--to", noon.plusSeconds(59).toString());
    assertCounts(ended.out(), Map.of("no result recorded", 1));
    assertTrue(ended.out().contains("  minute 0 "), ended.out());

    ended = replay(answered, "--from", "1h", "--script-id", "gross");
    assertEquals(0, ended.exitCode(), ended.out() + ended.err());
    assertCounts(ended.out(), Map.of("same", 1));
    assertRefused(1, "There is no such request in topic ", "--from", "1h", "--script-id", "net");
  }

  @Test
  void whatIsNotThereOrMakesNoSenseIsSaid() throws Exception {
    String topic = answered.configuration("x").topics().requests();
    assertRefused(
        1,
        "There is no request with the execution id nobody in topic %s, whose 13 records were searched; it may have been deleted by the topic's retention"
            .formatted(topic),
        "--execution",
        "nobody");
    assertRefused(
        1,
        "There is no position %s-9-0: the topic has partitions 0 to 3".formatted(topic),
        "--position",
        "9:0");
    assertRefused(
        1,
        "There is no request at %s-2-99: partition 2 has offsets 0 to ".formatted(topic),
        "--position",
        "2:99");
    assertRefused(
        1, "There is no such request in topic " + topic, "--from", "1h", "--tenant", "none");
    assertRefused(2, "--position is 'x'; it must be a partition and an offset", "--position", "x");
    assertRefused(
        2, "--position is in topic other; requests are in " + topic, "--position", "other-0-1");
    assertRefused(2, "Say which requests: --execution ID, --position POSITION, or a time");
    assertRefused(
        2, "--from is 'noon'; it must be a moment such as 2026-11-26T03:00:00Z", "--from", "noon");
    assertRefused(2, "is not before --to", "--from", "1h", "--to", "2h");
    assertRefused(
        2, "--tenant, --script-id and --limit are for", "--execution", "a", "--limit", "3");
    assertRefused(2, "--limit is 0; it must be 1 to 1,000,000", "--from", "1h", "--limit", "0");
    assertRefused(
        2,
        "The script none.js cannot be read: there is no such file",
        "--from",
        "1h",
        "--script",
        "none.js");
  }

  private void assertRefused(int exitCode, String message, String... arguments) {
    InProcess.Ended ended = replay(answered, arguments);
    assertEquals(exitCode, ended.exitCode(), ended.out() + ended.err());
    assertEquals("", ended.out());
    assertTrue(ended.err().contains(message), ended.err());
  }

  private static InProcess.Ended replay(Scene scene, String... arguments) {
    return InProcess.run(
        scene.settings("replayer", Map.of()), List.of("replay"), List.of(arguments));
  }

  /** What the report's table says, of those that are not 0. */
  private static void assertCounts(String report, Map<String, Integer> counts) {
    Map<String, Integer> found = new TreeMap<>();
    report
        .lines()
        .takeWhile(line -> !line.isBlank())
        .map(line -> line.strip().split(" {2,}", -1))
        .filter(cells -> cells.length == 2 && !cells[1].equals("·"))
        .forEach(cells -> found.put(cells[0], Integer.parseInt(cells[1])));
    assertEquals(new TreeMap<>(counts), found, report);
  }

  private String write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private long offsetOfTheMalformed() throws Exception {
    TopicPartition partition =
        new TopicPartition(answered.configuration("x").topics().requests(), 2);
    return ends(answered).getOrDefault(partition, 0L) - 1;
  }

  private static Map<TopicPartition, Long> ends(Scene scene) throws Exception {
    Configuration configuration = scene.configuration("observer");
    try (Admin admin = Admin.create(configuration.kafka().admin())) {
      Map<TopicPartition, OffsetSpec> wanted =
          admin.describeTopics(configuration.topics().all()).allTopicNames().get().values().stream()
              .flatMap(
                  topic ->
                      topic.partitions().stream()
                          .map(one -> new TopicPartition(topic.name(), one.partition())))
              .collect(Collectors.toMap(one -> one, _ -> OffsetSpec.latest()));
      Map<TopicPartition, Long> ends = new HashMap<>();
      admin.listOffsets(wanted).all().get().forEach((one, end) -> ends.put(one, end.offset()));
      return ends;
    }
  }

  private static CatalogScript catalogScript(int version, String source) {
    return CatalogScript.newBuilder()
        .setTenant("acme")
        .setId("gross")
        .setVersion(version)
        .setName("gross.mjs")
        .setKind(ScriptKind.MODULE)
        .setSource(source)
        .setModules(Map.of("rates", "export const vat = 1.2;"))
        .setSha256(ScriptUsed.sha256(source, Map.of()))
        .setCreated(Instant.EPOCH)
        .build();
  }

  private void publish(RecordMetadata request, ExecutionResult.Builder result) throws Exception {
    ExecutionResult written =
        result
            .setSource(new SourcePosition(request.topic(), request.partition(), request.offset()))
            .build();
    String topic = silent.configuration("x").topics().results();
    var _ =
        silent
            .send(new ProducerRecord<>(topic, 0, null, serializer.serialize(topic, written)))
            .get(60, TimeUnit.SECONDS);
  }

  private static ExecutionResult.Builder succeeded(String output, String logged) {
    return result(ExecutionStatus.SUCCEEDED)
        .setOutput(output)
        .setLogs(List.of(new dev.paddock.schemas.LogLine("info", logged, 5L)));
  }

  private static ExecutionResult.Builder result(ExecutionStatus status) {
    return ExecutionResult.newBuilder()
        .setExecutionId("not looked at")
        .setTenant("acme")
        .setStatus(status)
        .setUsage(new Usage(100L, 200L, 0L, 0L, 0L))
        .setScriptSha256("")
        .setWorker("w0")
        .setCompletedAt(Instant.now());
  }
}
