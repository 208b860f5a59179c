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
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResultsFileTest {

  private static final JsonMapper JSON = new JsonMapper();

  static {
    TrustedContracts.trust();
  }

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(Format.class)
  void whatWasWrittenBehindTheNotedLengthIsCutOffAndTheRestIsGoneOnWith(Format format)
      throws IOException {
    Path file = folder.resolve("results");
    ResultForm form = new ResultForm(format, List.of());
    long noted;
    try (ResultsFile results = ResultsFile.open(file, form, 0, _ -> {})) {
      results.write(succeeded(2, "{\"a\":[1,\"x,\\n\"]}"));
      results.write(violated(1));
      noted = results.secure();
      results.write(succeeded(3, "3"));
    }
    assertTrue(Files.size(file) > noted);
    Files.writeString(file, "{\"line\":4,\"status\":\"SUCC", StandardOpenOption.APPEND);

    try (ResultsFile results = ResultsFile.open(file, form, noted, _ -> {})) {
      results.write(new Finished.Rejected(3, "b/3", "no \"JSON\",\nnot at all"));
      noted = results.secure();
    }

    List<Summary> all = new ArrayList<>();
    ResultsFile.open(file, form, noted, all::add).close();
    assertEquals(
        List.of(
            succeeded(2, "").summary(),
            violated(1).summary(),
            new Finished.Rejected(3, "b/3", "").summary()),
        all);
    assertEquals(noted, Files.size(file));
  }

  @Test
  void anOutputIsAValueAndNotAText() throws IOException {
    JsonNode line = JSON.readTree(lineOf("{\"big\":12345678901234567890.10}"));
    assertEquals(7, line.get("line").asInt());
    assertTrue(line.get("output").isObject());
    assertTrue(lineOf("1.10").contains("\"output\":1.10"));
  }

  @Test
  void anOutputThatWouldBreakTheLineBecomesAText() throws IOException {
    String line = lineOf("[1,\n2]");
    assertEquals(1, line.lines().count());
    assertEquals("[1,\n2]", JSON.readTree(line).get("output").asText());
  }

  @Test
  void anOutputHasOneCellOrOneForEachMemberThatIsNamed() throws IOException {
    String deep = "[".repeat(5000) + "]".repeat(5000);
    String output =
        "{\"b\":{\"c\":[1, \"é\"]},\"n\":12345678901234567890.10,\"t\":\"a,b\",\"z\":null,\"d\":%s}"
            .formatted(deep);
    assertEquals(
        List.of("{\"c\":[1, \"é\"]}", "a,b", "", "12345678901234567890.10", "", deep),
        JsonMembers.texts(output, List.of("b", "t", "z", "n", "absent", "d")));
    assertEquals(List.of(""), JsonMembers.texts("[1]", List.of("a")));

    Path file = folder.resolve("results.csv");
    try (ResultsFile results =
        ResultsFile.open(file, new ResultForm(Format.CSV, List.of()), 0, _ -> {})) {
      results.write(succeeded(1, "\"plain\""));
      results.write(succeeded(2, "{\"a\":1}"));
      results.write(violated(3));
    }
    assertEquals(
        """
        line,status,output,error,message,executionId,worker,attempt,completedAt,queueMicros,cpuMicros,wallMicros
        1,SUCCEEDED,plain,,,b/1,w,1,1970-01-01T00:00:00Z,3,1,2
        2,SUCCEEDED,"{""a"":1}",,,b/2,w,1,1970-01-01T00:00:00Z,3,1,2
        3,VIOLATED,,CPU_TIME,m,b/3,w,1,1970-01-01T00:00:00Z,3,1,2
        """,
        Files.readString(file));
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void aFileOfSomethingElseOrThatIsTooShortIsRefused(Format format) throws IOException {
    Path file = folder.resolve("other");
    Files.writeString(file, "{\"name\":\"x\"}\n1,2\n");
    long size = Files.size(file);
    ResultForm form = new ResultForm(format, List.of());
    assertRefused("other has something else in it", file, form, size);
    assertRefused("other has " + size + " bytes; it had 100", file, form, 100);
  }

  private static void assertRefused(String message, Path file, ResultForm form, long length) {
    BatchRefusedException refusal =
        assertThrows(
            BatchRefusedException.class, () -> ResultsFile.open(file, form, length, _ -> {}));
    assertTrue(String.valueOf(refusal.getMessage()).contains(message), refusal.getMessage());
  }

  /**
   * Results come in any order; now and then it is noted how far the batch is. From each note, the
   * part of the file and the results that are to be read again must be all there were.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void noResultIsLostBetweenTheFileAndWhatIsReadAgain(boolean ordered) throws IOException {
    for (int seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      long[] lines = LongStream.rangeClosed(1, 60).toArray();
      for (int i = 0; i < lines.length; i++) {
        int other = Math.min(lines.length - 1, i + random.nextInt(8));
        long line = lines[i];
        lines[i] = lines[other];
        lines[other] = line;
      }
      Path file = folder.resolve("results" + seed + ordered);
      ResultForm form = new ResultForm(Format.JSONL, List.of());
      List<Note> notes = new ArrayList<>();
      try (ResultsFile results = ResultsFile.open(file, form, 0, _ -> {})) {
        int[] come = {0};
        Recorder recorder =
            new Recorder(
                results,
                null,
                ordered,
                1,
                new Tally(),
                new Silent(),
                (offsets, _, bytes, _) ->
                    notes.add(new Note(come[0], offsets.getOrDefault(0, 0L), bytes)));
        for (; come[0] < lines.length; come[0]++) {
          if (random.nextInt(5) == 0) {
            recorder.checkpoint(Map.of(0, (long) come[0]), Map.of());
          }
          recorder.result(
              lines[come[0]], result(lines[come[0]], ExecutionStatus.SUCCEEDED).build());
        }
        recorder.checkpoint(Map.of(0, (long) come[0]), Map.of());
      }
      String text = Files.readString(file);
      for (Note note : notes) {
        Map<Long, Integer> seen = new HashMap<>();
        for (String line : text.substring(0, (int) note.bytes()).lines().toList()) {
          seen.merge(JSON.readTree(line).get("line").asLong(), 1, Integer::sum);
        }
        assertTrue(seen.values().stream().allMatch(count -> count == 1), "written twice");
        IntStream.range((int) note.nextOffset(), note.come())
            .forEach(i -> seen.merge(lines[i], 1, Integer::sum));
        assertEquals(note.come(), seen.size(), "seed " + seed + ", " + note);
      }
      Note last = notes.getLast();
      assertEquals(lines.length, last.nextOffset());
      List<Long> written =
          text.lines().map(line -> Long.valueOf(line.substring(8, line.indexOf(',')))).toList();
      assertEquals(ordered, written.equals(written.stream().sorted().toList()));
    }
  }

  /** What was noted when so many results had come. */
  private record Note(int come, long nextOffset, long bytes) {}

  private static String lineOf(String output) throws IOException {
    return ResultLine.of(7, result(7, ExecutionStatus.SUCCEEDED).setOutput(output).build());
  }

  private static Finished succeeded(long line, String output) {
    return new Finished.Result(
        line, result(line, ExecutionStatus.SUCCEEDED).setOutput(output).build());
  }

  private static Finished violated(long line) {
    return new Finished.Result(
        line,
        result(line, ExecutionStatus.VIOLATED)
            .setError(ExecutionError.newBuilder().setName("CPU_TIME").setMessage("m").build())
            .build());
  }

  private static ExecutionResult.Builder result(long line, ExecutionStatus status) {
    return ExecutionResult.newBuilder()
        .setExecutionId("b/" + line)
        .setTenant("t")
        .setStatus(status)
        .setUsage(new Usage(1L, 2L, 3L, 4L, 5L))
        .setScriptSha256("")
        .setSource(new SourcePosition("requests", 0, 0L))
        .setWorker("w")
        .setCompletedAt(Instant.EPOCH);
  }
}
