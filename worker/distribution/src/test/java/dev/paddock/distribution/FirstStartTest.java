package dev.paddock.distribution;

import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.local.LocalServices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A release as a new operator meets it: unpacked into an empty folder, started by its launcher. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FirstStartTest {

  private static final String VERSION = Archive.NAME.substring("paddock-".length());

  private final Path folder;
  private final Path release;
  private int count;

  FirstStartTest(@TempDir Path folder) {
    this.folder = folder;
    release = folder.resolve(Archive.NAME);
  }

  private record Ended(int exitCode, String out, String err) {}

  @BeforeAll
  void unpack() throws Exception {
    Ended ended = end(start(List.of("tar", "-xzf", Archive.FILE.toString())));
    assertEquals(0, ended.exitCode(), ended.err());
  }

  @Test
  void itSaysItsVersionsAndOffersWhatItCanDo() throws Exception {
    Ended version = paddock("--version");
    assertEquals(0, version.exitCode(), version.err());
    assertTrue(version.out().startsWith("Paddock " + VERSION + "\nGraalJS "), version.out());

    String help = paddock("--help").out();
    assertTrue(help.contains("\n  worker "), help);
    assertFalse(help.contains("\n  demo ") || help.contains("\n  bench "), help);

    Ended dev = paddock("dev");
    assertEquals(2, dev.exitCode(), dev.out());
    assertTrue(dev.err().contains("checkout of Paddock's sources"), dev.err());
    assertFalse(Files.exists(folder.resolve(".paddock")));
  }

  @Test
  void itRunsAScriptWithoutKafka() throws Exception {
    Files.writeString(folder.resolve("twice.js"), "input * 2");
    Ended ended = paddock("run", "twice.js", "--input", "21");
    assertEquals(0, ended.exitCode(), ended.err());
    assertEquals("42", ended.out().strip());
  }

  @Test
  @Tag("long")
  void aWorkerTrainsItsSandboxesAndAnswersWithItsVersion() throws Exception {
    try (LocalServices services =
        LocalServices.start(
            Path.of(System.getProperty("paddock.home")), folder.resolve("services"), 0, 0)) {
      Path config = folder.resolve("paddock.yaml");
      Files.writeString(
          config,
          Files.readString(release.resolve("config/paddock.yaml"))
              .replace("127.0.0.1:9092", services.broker().bootstrapServers())
              .replace("http://127.0.0.1:8081", services.registry().url()));
      assertEquals(0, paddock("topics", "create").exitCode());
      Path log = folder.resolve("err-" + count);
      Process worker = start(launch("worker", "--set", "pool.size=1", "--set", "pool.spares=0"));
      try {
        await()
            .atMost(5, MINUTES)
            .until(() -> Files.readString(log).contains("reads paddock.requests"));
        assertTrue(Files.readString(log).contains("Training sandboxes"), log::toString);
        Files.writeString(folder.resolve("twice.js"), "input * 2");
        Files.writeString(folder.resolve("inputs.jsonl"), "1\n2\n3\n");
        Ended submitted =
            paddock("submit", "twice.js", "--inputs", "inputs.jsonl", "--output", "results.jsonl");
        assertEquals(0, submitted.exitCode(), submitted.err());
        assertEquals(3, Files.readAllLines(folder.resolve("results.jsonl")).size());
        Ended shown = paddock("topics", "show", "paddock.results");
        assertTrue(shown.out().contains("\"paddockVersion\":\"" + VERSION + "\""), shown.out());
        try (Stream<Path> files = Files.list(release.resolve("sandbox"))) {
          assertEquals(1, files.filter(file -> file.toString().endsWith(".aot")).count());
        }
      } finally {
        worker.destroy();
        await().atMost(60, SECONDS).until(() -> !worker.isAlive());
      }
      assertEquals(143, worker.exitValue());
    }
    preparedItStartsByWhatAWorkerHasLearned();
  }

  private void preparedItStartsByWhatAWorkerHasLearned() throws Exception {
    Ended prepared = paddock("prepare");
    assertEquals(0, prepared.exitCode(), prepared.err());
    assertFalse(prepared.out().contains("Training sandboxes"), prepared.out());
    assertTrue(prepared.out().contains("Training the worker"), prepared.out());
    assertTrue(prepared.out().contains("Workers and commands start by "), prepared.out());
    assertFalse(paddock("prepare").out().contains("Training"));
    try (Stream<Path> files = Files.list(release.resolve("lib"))) {
      assertEquals(1, files.filter(file -> !file.toString().endsWith(".jar")).count());
    }
    Path classes = folder.resolve("classes");
    List<String> logged = new ArrayList<>(List.of("env"));
    logged.add("JDK_JAVA_OPTIONS=-Xlog:class+load:file=" + classes);
    logged.addAll(launch("--version"));
    assertEquals(0, end(start(logged)).exitCode());
    List<String> kept =
        Files.readAllLines(classes).stream()
            .filter(line -> line.contains("source: shared objects file"))
            .toList();
    // What a worker comes to with its first results, at each of its ends.
    for (String name :
        List.of(
            "org.apache.kafka.clients.consumer.internals.ConsumerHeartbeatRequestManager",
            "org.apache.kafka.common.message.TxnOffsetCommitResponseData",
            "org.apache.kafka.common.compress.Lz4BlockOutputStream",
            "dev.paddock.schemas.serde.AvroSerializer",
            "dev.paddock.worker.pool.SandboxProcess",
            "dev.paddock.worker.observe.ManagementServer",
            "dev.paddock.worker.publish.TransactionalPublisher",
            "dev.paddock.worker.cli.batch.Submission")) {
      assertTrue(kept.stream().anyMatch(line -> line.contains(name + " ")), name);
    }
  }

  private Ended paddock(String... arguments) throws IOException, InterruptedException {
    return end(start(launch(arguments)));
  }

  private List<String> launch(String... arguments) {
    List<String> command = new ArrayList<>(List.of(release.resolve("paddock").toString()));
    command.addAll(List.of(arguments));
    return command;
  }

  private Process start(List<String> command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(folder.resolve("out-" + count).toFile())
            .redirectError(folder.resolve("err-" + count).toFile());
    count++;
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return process;
  }

  /** Of the command that was started last. */
  private Ended end(Process process) throws IOException, InterruptedException {
    int last = count - 1;
    if (!process.waitFor(120, SECONDS)) {
      process.destroyForcibly();
    }
    return new Ended(
        process.waitFor(),
        Files.readString(folder.resolve("out-" + last)),
        Files.readString(folder.resolve("err-" + last)));
  }
}
