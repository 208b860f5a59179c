package dev.paddock.sandbox.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link MessageWriter} writes. Trusts nothing: a frame above the bound, a length that
 * reaches beyond its frame, an unknown code, a negative figure or bytes left over are a {@link
 * WireException}, and no more memory is taken than the frame's bytes ask for. For one thread.
 */
public final class MessageReader {

  private static final int PROTECTION_BYTES = 2 + Integer.BYTES;
  private static final int ENTRY_BYTES = 2 * Integer.BYTES;
  private static final int LOG_LINE_BYTES = 1 + Integer.BYTES + Long.BYTES;

  private final InputStream in;
  private @Nullable Script lastScript;
  private boolean withinFrame;

  /** Reads from {@code in}, which should be buffered. */
  public MessageReader(InputStream in) {
    this.in = in;
  }

  /**
   * Waits for one message.
   *
   * @param maxBytes the largest frame that is accepted, in bytes
   * @return the message, or null where the stream ends between two frames
   * @throws WireException where the bytes are not a message
   * @throws IOException where the pipe breaks, also in the middle of a frame
   */
  public @Nullable Message read(int maxBytes) throws IOException {
    int first = in.read();
    if (first < 0) {
      return null;
    }
    withinFrame = true;
    byte[] rest = in.readNBytes(Integer.BYTES - 1);
    requireWhole(rest, Integer.BYTES - 1);
    int length = ByteBuffer.allocate(Integer.BYTES).put((byte) first).put(rest).getInt(0);
    if (length < 1 || length > maxBytes) {
      throw new WireException(
          "A frame of " + length + " bytes; from 1 to " + maxBytes + " are allowed");
    }
    byte[] frame = in.readNBytes(length);
    requireWhole(frame, length);
    Fields fields = new Fields(frame);
    Message message =
        switch (MessageType.of(fields.readByte())) {
          case TASK -> readTask(fields);
          case READY -> readReady(fields);
          case STOPPING -> new Stopping(fields.readLong(), readBreach(fields));
          case ANSWER -> readAnswer(fields);
        };
    fields.requireEnd();
    withinFrame = false;
    return message;
  }

  /** Whether the last {@link #read} failed after it had begun to read a frame. */
  public boolean isWithinFrame() {
    return withinFrame;
  }

  private static void requireWhole(byte[] read, int length) throws EOFException {
    if (read.length < length) {
      throw new EOFException("The stream ended in the middle of a frame");
    }
  }

  private static Ready readReady(Fields fields) throws WireException {
    int count = fields.readCount(PROTECTION_BYTES);
    List<Protection> protections = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      protections.add(
          new Protection(
              fields.readConstant(Protection.Kind.values()),
              fields.readBoolean(),
              fields.readText()));
    }
    return new Ready(protections);
  }

  private Task readTask(Fields fields) throws WireException {
    long number = fields.readLong();
    String executionId = fields.readText();
    String tenant = fields.readText();
    Map<String, String> labels = readTexts(fields);
    Script script = readScript(fields);
    String input = fields.readText();
    String context = fields.readNullableText();
    long startMillis = fields.readLong();
    long seed = fields.readLong();
    Task.Clock clock = fields.readConstant(Task.Clock.values());
    Task.Randomness randomness = fields.readConstant(Task.Randomness.values());
    try {
      Limits limits =
          new Limits(
              fields.readLong(),
              fields.readLong(),
              fields.readLong(),
              fields.readLong(),
              fields.readLong(),
              fields.readLong(),
              fields.readInt(),
              fields.readInt(),
              fields.readLong(),
              fields.readLong());
      Reuse reuse = new Reuse(fields.readInt(), fields.readLong());
      return new Task(
          number,
          executionId,
          tenant,
          labels,
          script,
          input,
          context,
          startMillis,
          seed,
          clock,
          randomness,
          limits,
          reuse);
    } catch (IllegalArgumentException e) {
      throw new WireException(String.valueOf(e.getMessage()));
    }
  }

  private Script readScript(Fields fields) throws WireException {
    if (!fields.readBoolean()) {
      String name = fields.readText();
      Script.Kind kind = fields.readConstant(Script.Kind.values());
      lastScript = new Script(name, kind, fields.readText(), readTexts(fields));
    }
    if (lastScript == null) {
      throw new WireException("The same script as before, but there was none");
    }
    return lastScript;
  }

  private static Map<String, String> readTexts(Fields fields) throws WireException {
    int count = fields.readCount(ENTRY_BYTES);
    Map<String, String> texts = LinkedHashMap.newLinkedHashMap(count);
    for (int i = 0; i < count; i++) {
      texts.put(fields.readText(), fields.readText());
    }
    return texts;
  }

  private static Answer readAnswer(Fields fields) throws WireException {
    long number = fields.readLong();
    Ending ending =
        switch (fields.readConstant(EndingType.values())) {
          case SUCCEEDED -> new Ending.Succeeded(fields.readNullableText());
          case FAILED ->
              new Ending.Failed(
                  new GuestError(
                      fields.readText(),
                      fields.readText(),
                      fields.readNullableText(),
                      fields.readAmount(),
                      fields.readAmount()));
          case STOPPED -> new Ending.Stopped(readBreach(fields));
        };
    int count = fields.readCount(LOG_LINE_BYTES);
    List<LogLine> logs = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      logs.add(
          new LogLine(
              fields.readConstant(LogLine.Level.values()),
              fields.readText(),
              fields.readLongAmount()));
    }
    boolean logsTruncated = fields.readBoolean();
    Usage usage =
        new Usage(
            fields.readLongAmount(),
            fields.readLongAmount(),
            fields.readLongAmount(),
            fields.readLongAmount());
    return new Answer(number, ending, logs, logsTruncated, usage, fields.readBoolean());
  }

  private static Breach readBreach(Fields fields) throws WireException {
    return new Breach(
        fields.readConstant(Quota.values()),
        fields.readLongAmount(),
        fields.readLongAmount(),
        fields.readText());
  }
}
