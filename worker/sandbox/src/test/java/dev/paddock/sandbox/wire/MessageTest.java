package dev.paddock.sandbox.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MessageTest {

  private static final int MAX_BYTES = 1 << 20;

  static Stream<Message> messages() {
    Usage usage = new Usage(1, 2, 3, Long.MAX_VALUE);
    List<LogLine> logs =
        List.of(
            new LogLine(LogLine.Level.WARN, "naïve 🐎", 12),
            new LogLine(LogLine.Level.DEBUG, "", 0));
    Breach breach = new Breach(Quota.HEAP, 16, 17, "too much");
    return Stream.of(
        new Ready(List.of()),
        new Stopping(7, breach),
        new Answer(1, new Ending.Succeeded("{\"a\":1}"), logs, true, usage, false),
        new Answer(2, new Ending.Succeeded(null), List.of(), false, usage, true),
        new Answer(
            3,
            new Ending.Failed(new GuestError("TypeError", "no", null, 0, 0)),
            logs,
            false,
            usage,
            false),
        new Answer(4, new Ending.Stopped(breach), logs, false, usage, false),
        new Task(
            5,
            "id",
            "tenant",
            Map.of("a", "b", "c", ""),
            new Script("s.mjs", Script.Kind.MODULE, "export default () => 1"),
            "null",
            -1,
            Long.MIN_VALUE,
            new Limits(1, 2, 3, 4, 5, 6, 7, 8)));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void aMessageArrivesAsItWasSent(Message message) throws IOException {
    assertEquals(message, read(written(message)));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void aMessageThatIsCutOffIsNoMessage(Message message) throws IOException {
    byte[] frame = written(message);
    assertNull(read(new byte[0]));
    for (int length = 1; length < frame.length; length++) {
      byte[] cut = Arrays.copyOf(frame, length);
      assertThrows(EOFException.class, () -> read(cut));
    }
  }

  @ParameterizedTest
  @MethodSource("messages")
  void aFrameThatIsShorterOrLongerThanItsFieldsIsRefused(Message message) throws IOException {
    byte[] frame = written(message);
    for (int length = 2; length < frame.length - 4; length++) {
      byte[] shorter = Arrays.copyOf(frame, length + 4);
      ByteBuffer.wrap(shorter).putInt(0, length);
      assertThrows(WireException.class, () -> read(shorter));
    }
    byte[] longer = Arrays.copyOf(frame, frame.length + 1);
    ByteBuffer.wrap(longer).putInt(0, frame.length - 3);
    assertThrows(WireException.class, () -> read(longer));
  }

  /** Seeded, so that a failure can be repeated. */
  @ParameterizedTest
  @MethodSource("messages")
  void changedBytesGiveAMessageOrAnErrorAndNothingElse(Message message) throws IOException {
    byte[] frame = written(message);
    Random random = new Random(20261125);
    int refused = 0;
    for (int i = 0; i < 5000; i++) {
      byte[] changed = frame.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        changed[4 + random.nextInt(changed.length - 4)] = (byte) random.nextInt(256);
      }
      try {
        read(changed);
      } catch (WireException e) {
        refused++;
      }
    }
    assertTrue(refused > 0, "some changes must be noticed");
  }

  @Test
  void aFrameAboveTheBoundIsRefusedBeforeItIsRead() {
    byte[] header = ByteBuffer.allocate(5).putInt(MAX_BYTES + 1).array();
    WireException refused = assertThrows(WireException.class, () -> read(header));
    assertEquals("A frame of 1048577 bytes; from 1 to 1048576 are allowed", refused.getMessage());
  }

  @Test
  void aNegativeLengthIsRefused() {
    byte[] header = ByteBuffer.allocate(5).putInt(-5).array();
    assertThrows(WireException.class, () -> read(header));
  }

  @Test
  void aCountThatTheFrameCannotHoldTakesNoMemory() throws IOException {
    Answer answer =
        new Answer(1, new Ending.Succeeded(null), List.of(), false, new Usage(0, 0, 0, 0), false);
    byte[] frame = written(answer);
    int countAt = 4 + 1 + 8 + 1 + 4;
    ByteBuffer.wrap(frame).putInt(countAt, Integer.MAX_VALUE);
    assertThrows(WireException.class, () -> read(frame));
  }

  private static byte[] written(Message message) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new MessageWriter(bytes).write(message);
    return bytes.toByteArray();
  }

  private static @Nullable Message read(byte[] bytes) throws IOException {
    return new MessageReader(new ByteArrayInputStream(bytes)).read(MAX_BYTES);
  }
}
