package dev.paddock.worker.pool;

import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Breach;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.GuestError;
import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.LogLine;
import dev.paddock.sandbox.wire.Message;
import dev.paddock.sandbox.wire.MessageWriter;
import dev.paddock.sandbox.wire.Quota;
import dev.paddock.sandbox.wire.Ready;
import dev.paddock.sandbox.wire.Script;
import dev.paddock.sandbox.wire.Stopping;
import dev.paddock.sandbox.wire.Task;
import dev.paddock.sandbox.wire.Usage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What fuzzing starts from: answers to {@link #TASK} at, below and beyond its limits. */
final class AnswerSeeds {

  /** Small limits, so that small answers go beyond them. */
  static final Task TASK =
      Tasks.numbered(
          7,
          new Script("a.js", Script.Kind.SCRIPT, "1"),
          "null",
          new Limits(100, 1000, 8 << 20, 1 << 20, 24, 8, 3, 1));

  private static final Breach BREACH = new Breach(Quota.HEAP, 8 << 20, 9 << 20, "too much");

  private AnswerSeeds() {}

  /** Writes every seed to a folder, as a file of its name. */
  public static void main(String[] args) throws IOException {
    Path folder = Files.createDirectories(Path.of(args[0]));
    for (Map.Entry<String, byte[]> seed : all().entrySet()) {
      Files.write(folder.resolve(seed.getKey()), seed.getValue());
    }
  }

  /** Every seed by its file's name. */
  static Map<String, byte[]> all() {
    Map<String, byte[]> seeds = new TreeMap<>();
    Map.of(
            "output-none", new Ending.Succeeded(null),
            "error", new Ending.Failed(new GuestError("E", "m", "at a.js:1:2", 1, 2)),
            "stopped", new Ending.Stopped(BREACH))
        .forEach((name, ending) -> seeds.put(name, frame(answer(7, ending, List.of()))));
    Map.ofEntries(
            Map.entry("output", "{\"a\":[1,true,\"é\"]}"),
            Map.entry("output-at-its-limit", "\"" + "x".repeat(22) + "\""),
            Map.entry("output-beyond-its-limit", "\"" + "x".repeat(23) + "\""),
            Map.entry("output-beyond-in-bytes-only", "\"" + "é".repeat(12) + "\""),
            Map.entry("output-nested", "[".repeat(12) + "]".repeat(12)),
            Map.entry("output-not-closed", "[".repeat(24)),
            Map.entry("output-empty", ""),
            Map.entry("output-two-values", "1 2"),
            Map.entry("output-and-garbage", "{}]"),
            Map.entry("output-not-a-number", "NaN"),
            Map.entry("output-comment", "/**/1"))
        .forEach(
            (name, output) ->
                seeds.put(name, frame(answer(7, new Ending.Succeeded(output), List.of()))));
    Ending one = new Ending.Succeeded("1");
    seeds.put("logs-at-their-limit", frame(answer(7, one, lines(2, "1234"))));
    seeds.put("logs-beyond-their-limit", frame(answer(7, one, lines(3, "123"))));
    seeds.put("logs-beyond-their-lines", frame(answer(7, one, lines(4, ""))));
    seeds.put("another-tasks-answer", frame(answer(8, one, List.of())));
    seeds.put("usage-of-an-hour", frame(answer(new Usage(3_600_000_000L, 2, 3, 4))));
    seeds.put("usage-longer-than-seen", frame(answer(new Usage(1, 1_000_001, 3, 4))));
    seeds.put("usage-of-more-memory-than-allowed", frame(answer(new Usage(1, 2, 9 << 20, 4))));
    seeds.put(
        "stopped-at-another-limit",
        frame(answer(7, new Ending.Stopped(new Breach(Quota.CPU_TIME, 7, 8, "")), List.of())));
    seeds.put("stopping", frame(new Stopping(7, BREACH)));
    seeds.put("ready", frame(new Ready(List.of())));
    byte[] noUtf8 = frame(answer(7, new Ending.Succeeded("\"xxxxxxxxxx\""), List.of()));
    for (int i = 0; i < noUtf8.length; i++) {
      if (noUtf8[i] == 'x') {
        noUtf8[i] = (byte) 0xFF;
      }
    }
    seeds.put("output-no-utf8-beyond-when-read", noUtf8);
    return seeds;
  }

  private static List<LogLine> lines(int count, String text) {
    return Collections.nCopies(count, new LogLine(LogLine.Level.INFO, text, 5));
  }

  private static Answer answer(Usage usage) {
    return new Answer(7, new Ending.Succeeded("1"), List.of(), false, usage, false);
  }

  private static Answer answer(long number, Ending ending, List<LogLine> logs) {
    return new Answer(number, ending, logs, false, new Usage(1, 2, 3, 4), false);
  }

  private static byte[] frame(Message message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      new MessageWriter(bytes).write(message);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
