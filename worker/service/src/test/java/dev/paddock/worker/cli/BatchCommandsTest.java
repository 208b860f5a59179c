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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
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
            "limits.input.bytes=64KiB");

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

  @Test
  void aBatchThatWasKilledGoesOnWithoutLossOrDouble() throws Exception {
    write("slow.js", "for (let i = 0; i < 200_000; i++); input.n");
    write("many.jsonl", String.join("\n", numbers(800)) + "\n");
    String[] submit = {
      "submit",
      "slow.js",
      "--inputs",
      "many.jsonl",
      "--output",
      "many-results.jsonl",
      "--window",
      "100"
    };
    for (String signal : List.of("KILL", "INT")) {
      long before = lines("many-results.jsonl");
      Running running = cli.start(Map.of(), submit);
      await("until results are written")
          .atMost(60, SECONDS)
          .until(() -> lines("many-results.jsonl") > before + 50);
      running.signal(signal);
      Ended ended = running.await();
      assertEquals(signal.equals("INT") ? 130 : 137, ended.exitCode(), ended.err());
      assertTrue(lines("many-results.jsonl") < 800, "it was stopped too late to show anything");
    }
    // As a crash in the middle of a write leaves it.
    Path file = folder.resolve("many-results.jsonl");
    Files.writeString(file, Files.readString(file) + "{\"line\":799,\"sta");

    write("other.js", "input.n + 1");
    Ended refused =
        cli.run("submit", "other.js", "--inputs", "many.jsonl", "--output", "many-results.jsonl");
    assertEquals(2, refused.exitCode(), refused.err());
    assertTrue(refused.err().contains("was begun with another script"), refused.err());

    Ended ended = cli.run(submit);
    assertEquals(0, ended.exitCode(), ended.err());
    assertTrue(ended.err().contains("finished already"), ended.err());
    Map<Integer, JsonNode> results = results("many-results.jsonl");
    assertEquals(800, results.size());
    results.forEach((line, result) -> assertEquals(line, result.get("output").asInt()));
    assertTrue(ended.err().contains("succeeded  800"), ended.err());

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

  private long lines(String file) throws IOException {
    Path path = folder.resolve(file);
    return Files.exists(path) ? Files.readString(path).chars().filter(c -> c == '\n').count() : 0;
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }
}
