package dev.paddock.sandbox.wire;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What fuzzing starts from: a frame of every kind of message, and frames that no sandbox sends. */
final class FrameSeeds {

  private static final byte TASK = 1;
  private static final byte READY = 2;
  private static final byte STOPPING = 3;
  private static final byte ANSWER = 4;

  private static final int MANY = 200;

  private static final Breach BREACH = new Breach(Quota.HEAP, 16, 17, "too much");

  private FrameSeeds() {}

  /** Writes every seed to a folder, as a file of its name. */
  public static void main(String[] args) throws IOException {
    Path folder = Files.createDirectories(Path.of(args[0]));
    for (Map.Entry<String, byte[]> seed : all().entrySet()) {
      Files.write(folder.resolve(seed.getKey()), seed.getValue());
    }
  }

  /** Messages of every type and with every kind of field, by name. */
  static Map<String, Message> messages() {
    Usage usage = new Usage(1, 2, 3, Long.MAX_VALUE);
    List<LogLine> logs =
        List.of(
            new LogLine(LogLine.Level.WARN, "naïve 🐎", 12),
            new LogLine(LogLine.Level.DEBUG, "", 0));
    GuestError error = new GuestError("TypeError", "no", null, 0, 0);
    GuestError errorWithStack = new GuestError("Error", "", "at f (a.js:1:2)", 1, 2);
    Map<String, Message> messages = new LinkedHashMap<>();
    messages.put("ready", new Ready(List.of()));
    messages.put(
        "ready-confined",
        new Ready(
            List.of(
                Protection.inForce(Protection.Kind.NO_NEW_PRIVILEGES),
                Protection.missing(Protection.Kind.OOM_SCORE, "not allowed"))));
    messages.put("stopping", new Stopping(7, BREACH));
    messages.put(
        "answer-output", answer(1, new Ending.Succeeded("{\"a\":[1,\"é\"]}"), logs, usage));
    messages.put("answer-no-output", answer(2, new Ending.Succeeded(null), List.of(), usage));
    messages.put("answer-error", answer(3, new Ending.Failed(error), logs, usage));
    messages.put("answer-error-stack", answer(4, new Ending.Failed(errorWithStack), logs, usage));
    messages.put("answer-stopped", answer(5, new Ending.Stopped(BREACH), logs, usage));
    // One label: the order of more differs from one JVM to the next.
    messages.put(
        "task",
        new Task(
            6,
            "id",
            "tenant",
            Map.of("a", ""),
            new Script(
                "s.mjs", Script.Kind.MODULE, "export default () => 1", Map.of("m", "export {}")),
            "null",
            "{\"key\":null}",
            -1,
            Long.MIN_VALUE,
            Task.Clock.SYSTEM,
            Task.Randomness.SYSTEM,
            new Limits(1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
            new Reuse(11, 12)));
    return messages;
  }

  /** Every seed by its file's name. */
  static Map<String, byte[]> all() {
    Map<String, byte[]> seeds = new TreeMap<>(hostile());
    messages()
        .forEach(
            (name, message) -> {
              byte[] frame = written(message);
              seeds.put(name, frame);
              seeds.put(name + "-cut", Arrays.copyOf(frame, frame.length - 1));
              seeds.put(name + "-and-a-byte", resized(frame, 1));
              seeds.put(name + "-less-a-byte", resized(frame, -1));
            });
    byte[] ready = written(new Ready(List.of()));
    seeds.put("two-frames", joined(ready, written(new Stopping(1, BREACH))));
    seeds.put("frame-and-garbage", joined(ready, new byte[] {'#', ' ', 'A'}));
    return seeds;
  }

  private static Map<String, byte[]> hostile() {
    String[] labels = new String[2 * MANY];
    Arrays.setAll(labels, i -> i % 2 == 0 ? Integer.toString(i) : "");
    Object[] emptyLines = new Object[3 * MANY];
    Arrays.setAll(emptyLines, i -> i % 3 == 0 ? (Object) (byte) 1 : i % 3 == 1 ? "" : 0L);
    byte[] noUtf8 = {(byte) 0xC3, 0x28, (byte) 0xED, (byte) 0xA0, (byte) 0x80, (byte) 0xFF};
    return Map.ofEntries(
        Map.entry("nothing", new byte[0]),
        Map.entry("length-cut", new byte[] {0, 0, 1}),
        Map.entry("length-negative", new byte[] {-1, -1, -1, -5, READY}),
        Map.entry("length-zero", new byte[] {0, 0, 0, 0, READY}),
        Map.entry("length-huge", new byte[] {127, -1, -1, -1, READY}),
        Map.entry("length-at-the-bound-and-no-more", new byte[] {0, 1, 0, 0, READY}),
        Map.entry("type-unknown", frame((byte) 5)),
        Map.entry("type-negative", frame((byte) -1)),
        Map.entry("type-alone", frame(TASK)),
        Map.entry("protections-huge-count", frame(READY, Integer.MAX_VALUE)),
        Map.entry("protections-negative-count", frame(READY, -1)),
        Map.entry("protection-unknown", frame(READY, 1, (byte) 99, (byte) 1, "")),
        Map.entry("truth-of-two", frame(READY, 1, (byte) 0, (byte) 2, "")),
        Map.entry("text-missing", frame(READY, 1, (byte) 0, (byte) 1, -1)),
        Map.entry("text-negative", frame(READY, 1, (byte) 0, (byte) 1, -2)),
        Map.entry("text-huge", frame(READY, 1, (byte) 0, (byte) 1, Integer.MAX_VALUE)),
        Map.entry("text-no-utf8", frame(READY, 1, (byte) 0, (byte) 1, noUtf8.length, noUtf8)),
        Map.entry("quota-unknown", frame(STOPPING, 7L, (byte) 10, 1L, 2L, "")),
        Map.entry("quota-negative", frame(STOPPING, 7L, (byte) -1, 1L, 2L, "")),
        Map.entry("breach-negative", frame(STOPPING, 7L, (byte) 0, 1L, -2L, "")),
        Map.entry("ending-unknown", frame(ANSWER, 1L, (byte) 3)),
        Map.entry("error-negative-line", frame(ANSWER, 1L, (byte) 1, "E", "", -1, -4, 1)),
        Map.entry("logs-huge-count", frame(ANSWER, 1L, (byte) 0, -1, Integer.MAX_VALUE)),
        Map.entry("logs-negative-count", frame(ANSWER, 1L, (byte) 0, -1, -1)),
        Map.entry("log-level-unknown", frame(ANSWER, 1L, (byte) 0, -1, 1, (byte) 4, "", 0L)),
        Map.entry(
            "logs-many-empty", frame(ANSWER, 1L, (byte) 0, -1, MANY, emptyLines, new byte[34])),
        Map.entry("usage-negative", frame(ANSWER, 1L, (byte) 0, -1, 0, (byte) 0, 1L, -1L, 0L, 0L)),
        Map.entry("labels-huge-count", frame(TASK, 1L, "id", "tenant", Integer.MAX_VALUE)),
        Map.entry("labels-many", task(MANY, labels)),
        Map.entry("labels-all-alike", task(3, "a", "1", "a", "2", "a", "3")),
        Map.entry(
            "kind-unknown",
            frame(TASK, 1L, "id", "tenant", 0, (byte) 0, "s.js", (byte) 2, "1", "null")),
        Map.entry("limits-zero", frame(taskUntilLimits(0), limits(0), 1, 0L)),
        Map.entry(
            "clock-unknown",
            frame(TASK, 1L, "", "", 0, (byte) 0, "", (byte) 0, "", 0, "", -1, 0L, 0L, (byte) 2)),
        Map.entry("script-of-no-task-before", frame(TASK, 1L, "", "", 0, (byte) 1)));
  }

  private static byte[] task(int labelCount, String... labels) {
    return frame(taskUntilLimits(labelCount, labels), limits(1), 1, 0L);
  }

  private static Object[] taskUntilLimits(int labelCount, String... labels) {
    Object[] script = {(byte) 0, "", (byte) 0, "", 0};
    return new Object[] {
      TASK, 1L, "", "", labelCount, labels, script, "", -1, 0L, 0L, (byte) 0, (byte) 1
    };
  }

  /** All alike but for the second. */
  private static Object[] limits(long wallMillis) {
    return new Object[] {1L, wallMillis, 1L, 1L, 1L, 1L, 1, 1, 1L, 1L};
  }

  private static Answer answer(long number, Ending ending, List<LogLine> logs, Usage usage) {
    return new Answer(number, ending, logs, true, usage, false);
  }

  static byte[] written(Message message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      new MessageWriter(bytes).write(message);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** The frame with so many bytes more or less, and a length that says so. */
  private static byte[] resized(byte[] frame, int by) {
    byte[] resized = Arrays.copyOf(frame, frame.length + by);
    ByteBuffer.wrap(resized).putInt(0, resized.length - Integer.BYTES);
    return resized;
  }

  private static byte[] joined(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  /** A frame of any fields: numbers, texts with their length, bytes as they are. */
  private static byte[] frame(Object... fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      put(new DataOutputStream(bytes), fields);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ByteBuffer.allocate(Integer.BYTES + bytes.size())
        .putInt(bytes.size())
        .put(bytes.toByteArray())
        .array();
  }

  private static void put(DataOutputStream out, Object[] fields) throws IOException {
    for (Object field : fields) {
      switch (field) {
        case Byte number -> out.writeByte(number);
        case Integer number -> out.writeInt(number);
        case Long number -> out.writeLong(number);
        case byte[] raw -> out.write(raw);
        case String text -> {
          byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
          out.writeInt(utf8.length);
          out.write(utf8);
        }
        case Object[] more -> put(out, more);
        default -> throw new IllegalArgumentException("No field: " + field);
      }
    }
  }
}
