package dev.paddock.worker.pool;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Breach;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.GuestError;
import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.LogLine;
import dev.paddock.sandbox.wire.Task;
import dev.paddock.sandbox.wire.WireException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Holds an answer to the task's limits, as if the sandbox were hostile. */
final class AnswerCheck {

  private static final int MAX_LOG_LINES = 1000;
  private static final int MAX_ERROR_BYTES = 128 << 10;

  /** What an answer has beside output and logs: error, figures, and the frame's own bytes. */
  private static final int OVERHEAD_BYTES = MAX_ERROR_BYTES + MAX_LOG_LINES * 16 + 4096;

  /**
   * JSON.stringify nests as deep and names as long as it likes; the parser keeps no stack of it.
   */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private AnswerCheck() {}

  /** The largest frame that a sandbox may send for these limits, in bytes. */
  static int maxFrameBytes(Limits limits) {
    return (int)
        Math.min(Integer.MAX_VALUE, limits.outputBytes() + limits.logBytes() + OVERHEAD_BYTES);
  }

  /** Refuses an answer that no honest sandbox gives. */
  static void require(Answer answer, Task task) throws WireException {
    if (answer.number() != task.number()) {
      throw new WireException(
          "An answer to task " + answer.number() + " where " + task.number() + " was asked");
    }
    switch (answer.ending()) {
      case Ending.Succeeded(String output) -> {
        if (output != null) {
          requireJson(output, task.limits().outputBytes());
        }
      }
      case Ending.Failed(GuestError error) ->
          requireBytes(
              "error",
              bytes(error.name()) + bytes(error.message()) + bytes(error.stack()),
              MAX_ERROR_BYTES);
      case Ending.Stopped(Breach breach) ->
          requireBytes("violation message", bytes(breach.message()), MAX_ERROR_BYTES);
    }
    if (answer.logs().size() > MAX_LOG_LINES) {
      throw new WireException(answer.logs().size() + " log lines; " + MAX_LOG_LINES + " allowed");
    }
    long logBytes = 0;
    for (LogLine line : answer.logs()) {
      logBytes += bytes(line.message());
    }
    requireBytes("log", logBytes, task.limits().logBytes());
  }

  private static void requireJson(String output, long maxBytes) throws WireException {
    requireBytes("output", bytes(output), maxBytes);
    try (JsonParser parser = JSON.createParser(output)) {
      int depth = 0;
      int values = 0;
      while (parser.nextToken() != null) {
        if (parser.currentToken().isStructStart()) {
          depth++;
        } else if (parser.currentToken().isStructEnd()) {
          depth--;
        }
        if (depth == 0) {
          values++;
        }
      }
      if (values != 1) {
        throw new WireException("The output is " + values + " JSON values");
      }
    } catch (WireException e) {
      throw e;
    } catch (IOException e) {
      throw new WireException("The output is not JSON");
    }
  }

  private static void requireBytes(String what, long bytes, long allowed) throws WireException {
    if (bytes > allowed) {
      throw new WireException("A " + what + " of " + bytes + " bytes; " + allowed + " allowed");
    }
  }

  private static long bytes(@Nullable String text) {
    return text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
  }
}
