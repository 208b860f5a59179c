package dev.paddock.worker.pool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.GuestError;
import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.MessageReader;
import dev.paddock.sandbox.wire.Usage;
import dev.paddock.sandbox.wire.WireException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Whatever bytes a sandbox sends, the worker refuses them or has an answer within the task's
 * limits. Runs over the kept corpus; {@code README.md} beside that says how to fuzz.
 */
class AnswerFuzzTest {

  private static final Limits LIMITS = AnswerSeeds.TASK.limits();

  private static final Usage SEEN = new Usage(0, 1_000_000, 0, 0);

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  @FuzzTest(maxDuration = "3m")
  void bytesGiveAnAnswerWithinTheLimitsOrARefusal(byte[] bytes) throws IOException {
    try {
      MessageReader reader = new MessageReader(new ByteArrayInputStream(bytes));
      if (reader.read(AnswerCheck.maxFrameBytes(LIMITS)) instanceof Answer answer) {
        AnswerCheck.require(answer, AnswerSeeds.TASK, SEEN, 0);
        assertWithinLimits(answer);
      }
    } catch (WireException | EOFException e) {
      assertNotNull(e.getMessage(), "a refusal says what is wrong");
    }
  }

  @Test
  void theCorpusHoldsEverySeed() throws IOException {
    for (Map.Entry<String, byte[]> seed : AnswerSeeds.all().entrySet()) {
      String file =
          "AnswerFuzzTestInputs/bytesGiveAnAnswerWithinTheLimitsOrARefusal/" + seed.getKey();
      try (InputStream kept = AnswerFuzzTest.class.getResourceAsStream(file)) {
        assertNotNull(kept, file + " is missing; write the seeds as README.md says");
        assertArrayEquals(seed.getValue(), kept.readAllBytes(), file + ": write the seeds anew");
      }
    }
  }

  private static void assertWithinLimits(Answer answer) throws JsonProcessingException {
    assertEquals(AnswerSeeds.TASK.number(), answer.number());
    switch (answer.ending()) {
      case Ending.Succeeded(String output) -> {
        assertTrue(bytes(output) <= LIMITS.outputBytes(), output);
        if (output != null) {
          assertTrue(!JSON.readTree(output).isMissingNode(), output);
        }
      }
      case Ending.Failed(GuestError error) ->
          assertTrue(
              bytes(error.name()) + bytes(error.message()) + bytes(error.stack()) <= 128 << 10);
      case Ending.Stopped(var breach) -> {
        assertTrue(breach.limit() >= 1 && breach.observed() >= 0, breach.toString());
        assertTrue(bytes(breach.message()) <= 128 << 10);
      }
    }
    assertTrue(answer.usage().wallMicros() <= SEEN.wallMicros(), answer.toString());
    assertTrue(answer.usage().cpuMicros() <= 2 * SEEN.wallMicros(), answer.toString());
    assertTrue(answer.logs().size() <= LIMITS.logLines(), answer.toString());
    assertTrue(
        answer.logs().stream().mapToInt(line -> bytes(line.message())).sum() <= LIMITS.logBytes(),
        answer.toString());
  }

  private static int bytes(@Nullable String text) {
    return text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
  }
}
