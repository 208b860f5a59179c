package dev.paddock.sandbox.wire;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages as frames: a 4-byte length of what follows, a type byte, and the fields in their
 * order. Numbers are big-endian; a text is its 4-byte UTF-8 length (-1 for null) and its bytes. A
 * script that is the same as the last one is not written again. May be called by several threads.
 */
public final class MessageWriter {

  private final OutputStream out;
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(4096);
  private final DataOutputStream fields = new DataOutputStream(buffer);

  /** The one that the reader knows. */
  private @Nullable Script lastScript;

  /** Writes to {@code out} and flushes it after every message. */
  public MessageWriter(OutputStream out) {
    this.out = out;
  }

  /**
   * Writes one message.
   *
   * @throws IOException where the pipe is broken
   */
  public synchronized void write(Message message) throws IOException {
    buffer.reset();
    fields.writeInt(0);
    switch (message) {
      case Task task -> writeTask(task);
      case Ready ready -> writeReady(ready);
      case Stopping stopping -> {
        fields.writeByte(MessageType.STOPPING.code());
        fields.writeLong(stopping.number());
        writeBreach(stopping.breach());
      }
      case Answer answer -> writeAnswer(answer);
    }
    byte[] frame = buffer.toByteArray();
    int length = frame.length - Integer.BYTES;
    frame[0] = (byte) (length >>> 24);
    frame[1] = (byte) (length >>> 16);
    frame[2] = (byte) (length >>> 8);
    frame[3] = (byte) length;
    out.write(frame);
    out.flush();
  }

  private void writeReady(Ready ready) throws IOException {
    fields.writeByte(MessageType.READY.code());
    fields.writeInt(ready.protections().size());
    for (Protection protection : ready.protections()) {
      writeConstant(protection.kind());
      fields.writeBoolean(protection.inForce());
      writeText(protection.detail());
    }
  }

  private void writeTask(Task task) throws IOException {
    fields.writeByte(MessageType.TASK.code());
    fields.writeLong(task.number());
    writeText(task.executionId());
    writeText(task.tenant());
    writeTexts(task.labels());
    writeScript(task.script());
    writeText(task.input());
    writeText(task.context());
    fields.writeLong(task.startMillis());
    fields.writeLong(task.seed());
    writeConstant(task.clock());
    writeConstant(task.randomness());
    Limits limits = task.limits();
    fields.writeLong(limits.cpuMillis());
    fields.writeLong(limits.wallMillis());
    fields.writeLong(limits.heapBytes());
    fields.writeLong(limits.stackBytes());
    fields.writeLong(limits.outputBytes());
    fields.writeLong(limits.logBytes());
    fields.writeInt(limits.logLines());
    fields.writeInt(limits.asyncOperations());
    fields.writeLong(limits.inputBytes());
    fields.writeLong(limits.sourceBytes());
    fields.writeInt(task.reuse().maxCalls());
    fields.writeLong(task.reuse().maxAgeMillis());
  }

  private void writeScript(Script script) throws IOException {
    boolean same = script.equals(lastScript);
    fields.writeBoolean(same);
    if (!same) {
      writeText(script.name());
      writeConstant(script.kind());
      writeText(script.source());
      writeTexts(script.modules());
      lastScript = script;
    }
  }

  private void writeAnswer(Answer answer) throws IOException {
    fields.writeByte(MessageType.ANSWER.code());
    fields.writeLong(answer.number());
    switch (answer.ending()) {
      case Ending.Succeeded(String output) -> {
        writeConstant(EndingType.SUCCEEDED);
        writeText(output);
      }
      case Ending.Failed(GuestError error) -> {
        writeConstant(EndingType.FAILED);
        writeText(error.name());
        writeText(error.message());
        writeText(error.stack());
        fields.writeInt(error.line());
        fields.writeInt(error.column());
      }
      case Ending.Stopped(Breach breach) -> {
        writeConstant(EndingType.STOPPED);
        writeBreach(breach);
      }
    }
    fields.writeInt(answer.logs().size());
    for (LogLine line : answer.logs()) {
      writeConstant(line.level());
      writeText(line.message());
      fields.writeLong(line.sinceStartMicros());
    }
    fields.writeBoolean(answer.logsTruncated());
    fields.writeLong(answer.usage().cpuMicros());
    fields.writeLong(answer.usage().wallMicros());
    fields.writeLong(answer.usage().heapBytes());
    fields.writeLong(answer.usage().allocatedBytes());
    fields.writeBoolean(answer.last());
  }

  private void writeBreach(Breach breach) throws IOException {
    writeConstant(breach.quota());
    fields.writeLong(breach.limit());
    fields.writeLong(breach.observed());
    writeText(breach.message());
  }

  @SuppressWarnings("EnumOrdinal") // both ends are of one build
  private void writeConstant(Enum<?> constant) throws IOException {
    fields.writeByte(constant.ordinal());
  }

  private void writeTexts(Map<String, String> texts) throws IOException {
    fields.writeInt(texts.size());
    for (Map.Entry<String, String> text : texts.entrySet()) {
      writeText(text.getKey());
      writeText(text.getValue());
    }
  }

  private void writeText(@Nullable String text) throws IOException {
    if (text == null) {
      fields.writeInt(-1);
      return;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    fields.writeInt(bytes.length);
    fields.write(bytes);
  }
}
