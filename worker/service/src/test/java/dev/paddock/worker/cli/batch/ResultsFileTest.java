package dev.paddock.worker.cli.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.paddock.schemas.ExecutionError;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.schemas.SourcePosition;
import dev.paddock.schemas.TrustedContracts;
import dev.paddock.schemas.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsFileTest {

  private static final JsonMapper JSON = new JsonMapper();

  static {
    TrustedContracts.trust();
  }

  @TempDir private Path folder;

  @Test
  void aHalfWrittenLastLineIsCutOffAndItsLineIsUnfinished() throws IOException {
    Path file = folder.resolve("results.jsonl");
    try (ResultsFile results = ResultsFile.open(file, new Window(10), new Tally())) {
      results.write(2, succeeded("{\"a\":[1]}"));
      results.write(1, violated());
    }
    String whole = Files.readString(file);
    Files.writeString(file, whole + "{\"line\":3,\"status\":\"SUCC");
    Window window = new Window(10);
    Tally tally = new Tally();

    try (ResultsFile results = ResultsFile.open(file, window, tally)) {
      results.writeRejected(3, "b/3", "bad");
    }

    assertEquals(3, window.lowestUnfinished());
    assertEquals(1, tally.kinds().get("CPU_TIME"));
    assertEquals(1, tally.count(ExecutionStatus.SUCCEEDED));
    assertEquals(1, tally.count(ExecutionStatus.REJECTED));
    assertTrue(Files.readString(file).startsWith(whole));
    assertEquals(3, Files.readAllLines(file).size());
  }

  @Test
  void anOutputIsAValueAndNotAText() throws IOException {
    JsonNode line = JSON.readTree(ResultLine.of(7, succeeded("{\"big\":12345678901234567890.10}")));
    assertEquals(7, line.get("line").asInt());
    assertTrue(line.get("output").isObject());
    assertTrue(ResultLine.of(7, succeeded("1.10")).contains("\"output\":1.10"));
  }

  @Test
  void anOutputThatWouldBreakTheLineBecomesAText() throws IOException {
    String line = ResultLine.of(1, succeeded("[1,\n2]"));
    assertEquals(1, line.lines().count());
    assertEquals("[1,\n2]", JSON.readTree(line).get("output").asText());
  }

  @Test
  void aFileOfSomethingElseIsRefused() throws IOException {
    Path file = folder.resolve("other.jsonl");
    Files.writeString(file, "{\"name\":\"x\"}\n");
    IOException refusal =
        assertThrows(IOException.class, () -> ResultsFile.open(file, new Window(10), new Tally()));
    assertTrue(String.valueOf(refusal.getMessage()).contains("other.jsonl line 1"));
  }

  private static ExecutionResult succeeded(String output) {
    return result(ExecutionStatus.SUCCEEDED).setOutput(output).build();
  }

  private static ExecutionResult violated() {
    return result(ExecutionStatus.VIOLATED)
        .setError(ExecutionError.newBuilder().setName("CPU_TIME").setMessage("m").build())
        .build();
  }

  private static ExecutionResult.Builder result(ExecutionStatus status) {
    return ExecutionResult.newBuilder()
        .setExecutionId("b/1")
        .setTenant("default")
        .setStatus(status)
        .setUsage(
            Usage.newBuilder()
                .setCpuMicros(1)
                .setWallMicros(2)
                .setQueueMicros(3)
                .setHeapBytes(0)
                .setAllocatedBytes(4)
                .build())
        .setScriptSha256("")
        .setSource(SourcePosition.newBuilder().setTopic("t").setPartition(0).setOffset(0).build())
        .setWorker("w")
        .setCompletedAt(Instant.EPOCH);
  }
}
