package dev.paddock.worker.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.paddock.local.LocalServices;
import dev.paddock.worker.cli.Cli.Ended;
import dev.paddock.worker.cli.Cli.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands that need Kafka: a broker and a registry, and a worker that is a process like the
 * commands.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BatchCommandsTest {

  private static final JsonMapper JSON = new JsonMapper();

  private final Path folder;
  private final LocalServices services;
  private final Cli cli;
  private Ended topicsMade;
  private Running worker;

  BatchCommandsTest(@TempDir Path folder) {
    this.folder = folder;
    services =
        LocalServices.start(
            Path.of(System.getProperty("paddock.home")), folder.resolve("services"), 0, 0);
    cli = new Cli(folder);
  }

  @BeforeAll
  void makeTopicsAndStartAWorker() throws Exception {
    // Read by every command in this folder, without being named.
    Files.writeString(
        folder.resolve("paddock.yaml"),
        "kafka:\n  bootstrap.servers: %s\nregistry:\n  url: %s\n"
            .formatted(services.broker().bootstrapServers(), services.registry().url()));
    topicsMade = cli.run("topics", "create", "--set", "topics.partitions=3");
    worker = cli.start(Map.of("PADDOCK_POOL_SIZE", "2"), "worker");
  }

  @AfterAll
  void theWorkerDrainsAndCommitsWhenItIsTerminated() throws Exception {
    worker.signal("TERM");
    Ended ended = worker.await();
    services.close();
    assertEquals(143, ended.exitCode(), ended.err());
    String log = ended.out() + ended.err();
    assertTrue(log.contains("has stopped; everything is committed"), log);
  }

  @Test
  void topicsAreMadeOnceAndThenLeftAlone() throws Exception {
    assertEquals(0, topicsMade.exitCode(), topicsMade.err());
    assertTrue(topicsMade.out().contains("paddock.requests created"), topicsMade.out());
    Ended again = cli.run("topics", "create");
    assertEquals(0, again.exitCode(), again.err());
    assertTrue(again.out().contains("paddock.requests exists already"), again.out());
  }

  @Test
  void eachLineHasOneResultAndBadOnesAreRejectedByNumber() throws Exception {
    write(
        "double.mjs",
        "export default async ({ n }) => { if (n === 7) throw new Error('seven'); return { twice: 2 * n }; }");
    List<String> inputs = new ArrayList<>(numbers(300));
    inputs.set(9, "{\"n\": ");
    inputs.set(19, "");
    inputs.set(29, "\"" + "x".repeat(100_000) + "\"");
    write("inputs.jsonl", String.join("\n", inputs));

    Ended ended =
        cli.run(
            "submit",
            "double.mjs",
            "--inputs",
            "inputs.jsonl",
            "--output",
            "results.jsonl",
            "--set",
            "limits.default.input.bytes=64KiB");

    assertEquals(1, ended.exitCode(), ended.err());
    Map<Integer, JsonNode> results = results("results.jsonl");
    assertEquals(300, results.size());
    assertEquals(42, line(results, 21).get("output").get("twice").asInt());
    assertEquals("FAILED", line(results, 7).get("status").asText());
    assertEquals("seven", line(results, 7).get("error").get("message").asText());
    assertRejected(line(results, 10), "inputs.jsonl line 10: it is not JSON");
    assertRejected(line(results, 20), "inputs.jsonl line 20: it is empty");
    assertRejected(line(results, 30), "inputs.jsonl line 30: it has 100002 bytes; 65536 allowed");
    assertTrue(ended.err().contains("succeeded  296"), ended.err());
    assertTrue(ended.err().contains("rejected     3"), ended.err());
    assertFalse(Files.exists(folder.resolve("results.jsonl.resume")));
  }

  @Tag("long")
  @Test
  void aBatchThatWasKilledGoesOnWithoutLossOrDouble() throws Exception {
    write("slow.js", "for (let i = 0; i < 200_000; i++); ({ out: input.n })");
    put("slow", "slow.js");
    write("many.jsonl", String.join("\n", numbers(800)) + "\n");
    String[] submit = {
      "submit",
      "--script-id",
      "slow",
      "--inputs",
      "many.jsonl",
      "--output",
      "many.csv",
      "--columns",
      "out",
      "--ordered",
      "--batch",
      "many",
      "--window",
      "100"
    };
    for (String signal : List.of("KILL", "INT")) {
      long before = lines("many.csv");
      Running running = cli.start(Map.of(), submit);
      await("until results are written")
          .atMost(60, SECONDS)
          .until(() -> lines("many.csv") > before + 50);
      running.signal(signal);
      Ended ended = running.await();
      assertEquals(signal.equals("INT") ? 130 : 137, ended.exitCode(), ended.err());
      assertTrue(lines("many.csv") < 800, "it was stopped too late to show anything");
    }
    // As a crash in the middle of a write leaves it.
    Path file = folder.resolve("many.csv");
    Files.writeString(file, "799,\"SUCC", StandardOpenOption.APPEND);

    write("other.js", "input.n + 1");
    put("slow", "other.js");
    Ended refused = cli.run("submit", "other.js", "--inputs", "many.jsonl", "--output", "many.csv");
    assertEquals(2, refused.exitCode(), refused.err());
    assertTrue(
        refused.err().contains("was begun with another script: slow version 1"), refused.err());

    Ended ended = cli.run(submit);
    assertEquals(0, ended.exitCode(), ended.err());
    assertTrue(ended.err().contains("finished already"), ended.err());
    assertTrue(ended.err().contains("succeeded  800"), ended.err());
    assertEquals(
        IntStream.rangeClosed(1, 800).mapToObj(n -> n + ",SUCCEEDED," + n).toList(),
        rows("many.csv", 3));
    String requests = cli.run("topics", "show", "paddock.requests").out();
    assertEquals(800, requests.lines().filter(line -> line.startsWith("{\"key\":\"many/")).count());

    Ended once = cli.run(submit);
    assertEquals(2, once.exitCode(), once.err());
    assertTrue(once.err().contains("is not an unfinished batch"), once.err());
  }

  @Test
  void recordsAreSentLineByLineAndShownAsWhatTheyAre() throws Exception {
    Ended sent =
        cli.pipe(
            "a:{\"n\": [1]}\n:no request\nb::\n",
            "topics",
            "send",
            "paddock.requests",
            "--key-separator",
            ":");
    assertEquals("3 sent to paddock.requests\n", sent.out(), sent.err());
    List<String> requests = cli.run("topics", "show", "paddock.requests").out().lines().toList();
    assertTrue(requests.contains("{\"key\":\"a\",\"value\":{\"n\": [1]}}"), requests.toString());
    assertTrue(requests.contains("{\"key\":\"\",\"value\":\"no request\"}"));
    assertTrue(requests.contains("{\"key\":\"b\",\"value\":\":\"}"));

    await("the worker's violations")
        .atMost(60, SECONDS)
        .until(
            () ->
                cli.run("topics", "show", "paddock.violations")
                    .out()
                    .lines()
                    .filter(line -> line.startsWith("{\"key\":\"default\",\"value\":{\"exec"))
                    .anyMatch(line -> line.contains("\"rawRequest\":\"bm8gcmVxdWVzdA==\"")));
  }

  @Test
  @Tag("long")
  void aTableThroughAScriptOfTheCatalogGivesATableAndItsViolationsApart() throws Exception {
    write(
        "vat.mjs",
        """
        let calls = 0;
        export default ({ id, total }) => {
          if (!(total > 0)) throw new RangeError(`total of ${id} is ${total}`);
          return { id, vat: total * 21 / 100, first: calls++ === 0 };
        };
        """);
    put("vat", "vat.mjs");
    write("orders.csv", "id,total\n\"a,1\",100\nb,0\nc,50\nd\n" + "e,200\n".repeat(96));

    Ended ended =
        cli.run(
            "submit",
            "--script-id",
            "vat",
            "--reuse",
            "--inputs",
            "orders.csv",
            "--output",
            "vat.csv",
            "--columns",
            "id,vat,first",
            "--ordered",
            "--where",
            "bad.jsonl");

    assertEquals(1, ended.exitCode(), ended.err());
    List<String> rows = Files.readAllLines(folder.resolve("vat.csv"));
    assertEquals(99, rows.size());
    assertTrue(rows.getFirst().startsWith("line,status,id,vat,first,error,"), rows.getFirst());
    assertTrue(rows.get(1).startsWith("1,SUCCEEDED,\"a,1\",21,"), rows.get(1));
    assertTrue(rows.get(2).startsWith("3,SUCCEEDED,c,10.5,"), rows.get(2));
    assertTrue(rows.getLast().startsWith("100,SUCCEEDED,e,42,"), rows.getLast());
    assertTrue(
        rows.stream().filter(row -> row.contains(",true,")).count() <= 2,
        "the module was evaluated more than once in each of two sandboxes");
    Map<Integer, JsonNode> bad = results("bad.jsonl");
    assertEquals(List.of(2, 4), List.copyOf(bad.keySet()));
    assertEquals("total of b is 0", line(bad, 2).get("error").get("message").asText());
    assertRejected(line(bad, 4), "orders.csv row 4: it has 1 cells; the header has 2");
  }

  @Tag("long")
  @Test
  void throughAPipeInputsOfAnySizeTakeNoMoreMemoryThanTheWindow() throws Exception {
    write("length.js", "({ n: input.n, length: input.text.length })");
    int count = 400;
    String text = "x".repeat(250_000);
    Map<String, String> smallHeap = Map.of("JAVA_TOOL_OPTIONS", "-Xmx64m");
    // 100 MB, of which 20 may be under way.
    Running running =
        cli.start(
            smallHeap,
            "submit",
            "length.js",
            "--input-format",
            "csv",
            "--ordered",
            "--window",
            "40",
            "--set",
            "kafka.producer.buffer.memory=8388608");
    try (var in = running.process().outputWriter()) {
      in.write("n,text\n");
      for (int n = 1; n <= count; n++) {
        in.write(n + "," + text + "\n");
      }
    } catch (IOException e) {
      throw new AssertionError("The command did not read on: " + running.await().err(), e);
    }
    Ended ended = running.await();
    assertEquals(0, ended.exitCode(), ended.err());
    List<String> lines = ended.out().lines().toList();
    assertEquals(count, lines.size());
    for (int n = 1; n <= count; n++) {
      JsonNode result = JSON.readTree(lines.get(n - 1));
      assertEquals(n, result.get("line").asInt());
      assertEquals(Integer.toString(n), result.get("output").get("n").asText());
      assertEquals(text.length(), result.get("output").get("length").asInt());
    }
  }

  @Tag("long")
  @Test
  void resultsInAvroCanBeTheInputsOfAnotherBatch() throws Exception {
    write("square.js", "input * input");
    write("numbers.jsonl", "1\n2\n3\nx\n");
    Ended first =
        cli.run("submit", "square.js", "--inputs", "numbers.jsonl", "--output", "squares.avro");
    assertEquals(1, first.exitCode(), first.err());
    write("pick.js", "({ status: input.status, output: input.output, id: input.executionId })");
    Ended second = cli.run("submit", "pick.js", "--inputs", "squares.avro", "--batch", "second");
    assertEquals(0, second.exitCode(), second.err());
    Map<String, String> outputs = new TreeMap<>();
    for (String line : second.out().lines().toList()) {
      JsonNode output = JSON.readTree(line).get("output");
      String id = output.get("id").asText();
      outputs.put(
          id.substring(id.indexOf('/')),
          output.get("status").asText() + " " + output.get("output").asText());
    }
    assertEquals(
        Map.of(
            "/1", "SUCCEEDED 1", "/2", "SUCCEEDED 4", "/3", "SUCCEEDED 9", "/4", "REJECTED null"),
        outputs);
  }

  @Tag("long")
  @Test
  void whatCannotBeTogetherIsRefusedBeforeAnythingIsSent() throws Exception {
    write("one.mjs", "export default () => 1");
    write("plain.js", "1");
    assertRefused("Script and inputs cannot both come from standard input", "-");
    assertRefused("Name one script", "plain.js", "--script-id", "vat");
    assertRefused("--reuse needs an ES module", "plain.js", "--reuse");
    assertRefused("--columns is for results in CSV", "plain.js", "--columns", "a");
    assertRefused("it must be a file, another than --output", "plain.js", "--violations", "-");
  }

  private void assertRefused(String message, String... arguments) throws Exception {
    Ended ended =
        cli.run(
            Stream.concat(Stream.of("submit"), Arrays.stream(arguments)).toArray(String[]::new));
    assertEquals(2, ended.exitCode(), ended.err());
    assertTrue(ended.err().contains(message), ended.err());
  }

  @Test
  void whereKafkaOrTopicsAreMissingItSaysSo() throws Exception {
    write("one.js", "1");
    write("one.jsonl", "1\n");
    Ended ended =
        cli.run(
            "submit",
            "one.js",
            "--inputs",
            "one.jsonl",
            "--output",
            "none.jsonl",
            "--set",
            "topics.results=absent");
    assertEquals(1, ended.exitCode(), ended.err());
    assertTrue(ended.err().contains("paddock topics create"), ended.err());
    assertFalse(Files.exists(folder.resolve("none.jsonl")));
  }

  @Test
  void aWorkerThatCannotStartSaysWhy() throws Exception {
    Ended ended = cli.run("worker", "--set", "topics.requests=absent");
    assertEquals(1, ended.exitCode(), ended.err());
    assertTrue(ended.err().contains("has no topic absent"), ended.err());
  }

  private void put(String id, String file) throws Exception {
    Ended put = cli.run("scripts", "put", id, file, "--input", "{\"n\":1,\"total\":1}");
    assertEquals(0, put.exitCode(), put.err());
  }

  private static void assertRejected(JsonNode result, String message) {
    assertEquals("REJECTED", result.get("status").asText());
    String said = result.get("error").get("message").asText();
    assertTrue(said.startsWith(message), said);
  }

  private static JsonNode line(Map<Integer, JsonNode> results, int line) {
    return Objects.requireNonNull(results.get(line), "line " + line);
  }

  private static List<String> numbers(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(n -> "{\"n\":" + n + "}").toList();
  }

  /** Results by line; fails where a line has two. */
  private Map<Integer, JsonNode> results(String file) throws IOException {
    List<JsonNode> all = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(file))) {
      all.add(JSON.readTree(line));
    }
    return all.stream()
        .collect(
            Collectors.toMap(
                result -> result.get("line").asInt(),
                result -> result,
                (one, other) -> {
                  throw new AssertionError("Two results of a line: " + one + other);
                },
                TreeMap::new));
  }

  /** The first cells of each row behind the header. */
  private List<String> rows(String file, int cells) throws IOException {
    return Files.readAllLines(folder.resolve(file)).stream()
        .skip(1)
        .map(row -> Arrays.stream(row.split(",", -1)).limit(cells).collect(Collectors.joining(",")))
        .toList();
  }

  private long lines(String file) throws IOException {
    Path path = folder.resolve(file);
    return Files.exists(path) ? Files.readString(path).chars().filter(c -> c == '\n').count() : 0;
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }
}
