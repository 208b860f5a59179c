package dev.paddock.sandbox.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Whatever bytes the other side sends, the reader gives messages or refuses them. Runs over the
 * kept corpus; {@code README.md} beside that says how to fuzz.
 */
class MessageFuzzTest {

  private static final int MAX_BYTES = 1 << 16;

  /** A byte that is no UTF-8 becomes a replacement character, which is written as three. */
  private static final int MAX_BYTES_AGAIN = 3 * MAX_BYTES;

  /** The dearest field: a label of two empty texts, 8 bytes as sent, in two maps on the way. */
  private static final long MEMORY_PER_BYTE = 32;

  /** An exception with its stack, and what a reader takes of its own. */
  private static final long MEMORY_OF_A_READER = 64 << 10;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @FuzzTest(maxDuration = "3m")
  void bytesGiveMessagesOrARefusal(byte[] bytes) throws IOException {
    for (Message message : messages(bytes, MAX_BYTES)) {
      assertEquals(List.of(message), messages(FrameSeeds.written(message), MAX_BYTES_AGAIN));
    }
    // Measured the second time, when every class on the way is loaded.
    long before = THREADS.getCurrentThreadAllocatedBytes();
    messages(bytes, MAX_BYTES);
    long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
    long allowed = MEMORY_OF_A_READER + bytes.length * MEMORY_PER_BYTE;
    assertTrue(taken <= allowed, () -> taken + " bytes taken for " + bytes.length + " sent");
  }

  @Test
  void theCorpusHoldsEverySeed() throws IOException {
    for (Map.Entry<String, byte[]> seed : FrameSeeds.all().entrySet()) {
      String file = "MessageFuzzTestInputs/bytesGiveMessagesOrARefusal/" + seed.getKey();
      try (InputStream kept = MessageFuzzTest.class.getResourceAsStream(file)) {
        assertNotNull(kept, file + " is missing; write the seeds as README.md says");
        assertArrayEquals(seed.getValue(), kept.readAllBytes(), file + ": write the seeds anew");
      }
    }
  }

  /** What the reader gives before it refuses, or before the bytes end. */
  private static List<Message> messages(byte[] bytes, int maxBytes) throws IOException {
    MessageReader reader = new MessageReader(new ByteArrayInputStream(bytes));
    List<Message> messages = new ArrayList<>();
    try {
      for (Message message; (message = reader.read(maxBytes)) != null; ) {
        messages.add(message);
      }
    } catch (WireException | EOFException e) {
      assertNotNull(e.getMessage(), "a refusal says what is wrong");
    }
    return messages;
  }
}
