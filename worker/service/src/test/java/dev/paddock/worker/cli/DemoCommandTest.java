package dev.paddock.worker.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.paddock.worker.cli.Cli.Ended;
import dev.paddock.worker.cli.Cli.Running;
import dev.paddock.worker.cli.demo.DemoFeed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {

  @TempDir private Path folder;

  @Tag("long")
  @Test
  void itsTableIsWhatTheDataSays() throws Exception {
    assertEquals(DemoFeed.MOST_RECORDS, quakes().size());
    List<String> quakes = quakes().subList(0, 400);
    long all = quakes.size();
    long enriched = (all + 1) / 2;
    long checked = 0;
    long withoutStations = 0;
    for (int i = 0; i < all; i += 3) {
      checked++;
      withoutStations += new JsonMapper().readTree(quakes.get(i)).get("nst").isNull() ? 1 : 0;
    }
    Files.writeString(folder.resolve("demo.yaml"), "topics:\n  results: quake.results\n");
    Running demo =
        new Cli(folder)
            .start(Map.of(), "demo", "--data", "kept", "--config", "demo.yaml", "--records", "400");
    Set<ProcessHandle> children = childrenUntilItEnds(demo);
    Ended ended = demo.await();

    assertEquals(0, ended.exitCode(), ended.out() + ended.err());
    assertEquals("", ended.err());
    assertRow(ended, "alert-rule.js", all, all, 0, 0);
    assertRow(ended, "enrich.mjs", enriched, enriched, 0, 0);
    assertRow(ended, "station-check.js", checked, checked - withoutStations, withoutStations, 0);
    for (String violating :
        List.of(
            "endless-loop.js",
            "giant-number.js",
            "memory-bomb.js",
            "output-bomb.js",
            "never-settles.mjs")) {
      assertRow(ended, violating, 3, 0, 0, 3);
    }
    assertRow(ended, "reach-java.js", 3, 0, 3, 0);
    assertTrue(ended.out().contains("Java is not defined"), ended.out());
    assertTrue(ended.out().lines().allMatch(line -> line.length() <= 100), ended.out());
    assertTrue(ended.out().contains(" paddock.requests, quake.results, paddock.violations"));
    assertFalse(ended.out().contains("paddock.results"), ended.out());
    assertTrue(Files.exists(folder.resolve("kept/paddock.log")));
    assertTrue(children.size() >= 4, "a broker, a registry and two sandboxes were seen");
    assertFalse(children.stream().anyMatch(ProcessHandle::isAlive), "nothing is left running");
  }

  @Tag("long")
  @Test
  void whatIsKeptRunningCanBeLookedAtUntilCtrlC() throws Exception {
    Running demo =
        new Cli(folder)
            .start(
                Map.of(),
                "demo",
                "--keep",
                "--records",
                "20",
                "--set",
                "topics.results=quake.results");
    String told =
        await("until everything has run")
            .atMost(240, SECONDS)
            .until(
                () -> Files.readString(demo.out()),
                out -> out.lines().anyMatch(line -> line.startsWith("    topics ")));
    List<ProcessHandle> children = demo.process().descendants().toList();
    Set<String> topics;
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", told(told, "broker")))) {
      topics = admin.listTopics().names().get();
    }
    demo.signal("INT");
    Ended ended = demo.await();

    assertEquals(130, ended.exitCode(), ended.out() + ended.err());
    assertEquals("", ended.err());
    assertEquals("paddock.requests, quake.results, paddock.violations", told(told, "topics"));
    assertTrue(
        topics.containsAll(List.of(told(told, "topics").split(", ", -1))), topics.toString());
    assertTrue(children.size() >= 4, "a broker, a registry and two sandboxes were seen");
    assertFalse(children.stream().anyMatch(ProcessHandle::isAlive), "nothing is left running");
  }

  @Test
  void aNumberOfRecordsThatThereAreNotIsRefused() throws Exception {
    Ended ended = new Cli(folder).run("demo", "--records", "1708");
    assertEquals(2, ended.exitCode());
    assertEquals("paddock: --records is 1708; it must be from 20 to 1707\n", ended.err());
  }

  /** What stands behind a name in the last lines. */
  private static String told(String out, String name) {
    return out.lines()
        .filter(line -> line.startsWith("    " + name + " "))
        .map(line -> line.substring(4 + name.length()).strip())
        .findFirst()
        .orElseThrow(() -> new AssertionError("No " + name + " in " + out));
  }

  @Tag("long")
  @Test
  void ctrlCStopsWhatItStarted() throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Running demo =
        new Cli(folder).start(Map.of("JDK_JAVA_OPTIONS", "-Djava.io.tmpdir=" + temporary), "demo");
    await("until a script may be running")
        .atMost(90, SECONDS)
        .until(() -> Files.readString(demo.out()).contains("worker with"));
    List<ProcessHandle> children = demo.process().descendants().toList();
    demo.signal("INT");

    Ended ended = demo.await();

    assertEquals(130, ended.exitCode(), ended.out() + ended.err());
    assertTrue(children.size() >= 4, "a broker, a registry and two sandboxes were seen");
    assertFalse(children.stream().anyMatch(ProcessHandle::isAlive), "nothing is left running");
    try (Stream<Path> left = Files.list(temporary)) {
      assertEquals(List.of(), left.filter(file -> file.toString().contains("paddock")).toList());
    }
  }

  private static Set<ProcessHandle> childrenUntilItEnds(Running demo) {
    Set<ProcessHandle> children = ConcurrentHashMap.newKeySet();
    await("until the demo ends")
        .atMost(240, SECONDS)
        .until(
            () -> {
              demo.process().descendants().forEach(children::add);
              return !demo.process().isAlive();
            });
    return children;
  }

  private static void assertRow(
      Ended ended, String script, long runs, long succeeded, long failed, long violated) {
    List<String> cells =
        ended
            .out()
            .lines()
            .map(String::strip)
            .filter(line -> line.startsWith(script + " "))
            .findFirst()
            .map(line -> List.of(line.split("\\s+", -1)))
            .orElseThrow(() -> new AssertionError("No row " + script + " in " + ended.out()));
    assertEquals(
        List.of(cell(runs), cell(succeeded), cell(failed), cell(violated)),
        cells.subList(1, 5),
        ended.out());
  }

  private static String cell(long count) {
    return count == 0 ? "·" : String.format(java.util.Locale.ROOT, "%,d", count);
  }

  private static List<String> quakes() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            DemoCommandTest.class.getResourceAsStream("demo/earthquakes.jsonl"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
