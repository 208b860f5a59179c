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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MessageTest {

  private static final int SOURCE_LENGTH = 1000;

  private static final int MAX_BYTES = 1 << 20;

  static Stream<Message> messages() {
    return FrameSeeds.messages().values().stream();
  }

  @ParameterizedTest
  @MethodSource("messages")
  void aMessageArrivesAsItWasSent(Message message) throws IOException {
    assertEquals(message, read(FrameSeeds.written(message)));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void aMessageThatIsCutOffIsNoMessage(Message message) throws IOException {
    byte[] frame = FrameSeeds.written(message);
    assertNull(read(new byte[0]));
    for (int length = 1; length < frame.length; length++) {
      byte[] cut = Arrays.copyOf(frame, length);
      assertThrows(EOFException.class, () -> read(cut));
    }
  }

  @ParameterizedTest
  @MethodSource("messages")
  void aFrameThatIsShorterOrLongerThanItsFieldsIsRefused(Message message) throws IOException {
    byte[] frame = FrameSeeds.written(message);
    for (int length = 2; length < frame.length - 4; length++) {
      byte[] shorter = Arrays.copyOf(frame, length + 4);
      ByteBuffer.wrap(shorter).putInt(0, length);
      assertThrows(WireException.class, () -> read(shorter));
    }
    byte[] longer = Arrays.copyOf(frame, frame.length + 1);
    ByteBuffer.wrap(longer).putInt(0, frame.length - 3);
    assertThrows(WireException.class, () -> read(longer));
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
    byte[] frame = FrameSeeds.written(answer);
    int countAt = 4 + 1 + 8 + 1 + 4;
    ByteBuffer.wrap(frame).putInt(countAt, Integer.MAX_VALUE);
    assertThrows(WireException.class, () -> read(frame));
  }

  @Test
  void aTextThatIsNotUtf8IsRefusedAndNotReplaced() throws IOException {
    Answer answer =
        new Answer(
            1, new Ending.Succeeded("\uFFFD?"), List.of(), false, new Usage(0, 0, 0, 0), false);
    byte[] frame = FrameSeeds.written(answer);
    assertEquals(answer, read(frame));
    int questionMark = new String(frame, StandardCharsets.ISO_8859_1).indexOf('?');
    frame[questionMark] = (byte) 0xC0;
    WireException refused = assertThrows(WireException.class, () -> read(frame));
    assertEquals("A text that is not UTF-8", refused.getMessage());
  }

  @Test
  void aScriptThatIsTheSameAsTheLastIsNotWrittenAgain() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    MessageWriter writer = new MessageWriter(bytes);
    List<Task> tasks =
        List.of(task(1, "a"), task(2, "a"), task(3, "b"), task(4, "a"), task(5, "a"));
    List<Integer> sizes = new ArrayList<>();
    for (Task task : tasks) {
      int before = bytes.size();
      writer.write(task);
      sizes.add(bytes.size() - before);
    }

    MessageReader reader = new MessageReader(new ByteArrayInputStream(bytes.toByteArray()));
    for (Task task : tasks) {
      assertEquals(task, reader.read(MAX_BYTES));
    }
    assertEquals(sizes.get(0), sizes.get(3));
    assertEquals(sizes.get(1), sizes.get(4));
    assertTrue(sizes.get(0) - sizes.get(1) > SOURCE_LENGTH, sizes.toString());
    byte[] second =
        Arrays.copyOfRange(bytes.toByteArray(), sizes.get(0), sizes.get(0) + sizes.get(1));
    WireException refused = assertThrows(WireException.class, () -> read(second));
    assertEquals("The same script as before, but there was none", refused.getMessage());
  }

  private static Task task(long number, String letter) {
    return new Task(
        number,
        "id",
        "tenant",
        Map.of(),
        new Script("s.js", Script.Kind.SCRIPT, letter.repeat(SOURCE_LENGTH)),
        "null",
        0,
        0,
        new Limits(1, 2, 3, 4, 5, 6, 7, 8));
  }

  private static @Nullable Message read(byte[] bytes) throws IOException {
    return new MessageReader(new ByteArrayInputStream(bytes)).read(MAX_BYTES);
  }
}
