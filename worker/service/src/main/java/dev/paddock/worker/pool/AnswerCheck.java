package dev.paddock.worker.pool;

import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Breach;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.GuestError;
import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.LogLine;
import dev.paddock.sandbox.wire.Quota;
import dev.paddock.sandbox.wire.Stopping;
import dev.paddock.sandbox.wire.Task;
import dev.paddock.sandbox.wire.Usage;
import dev.paddock.sandbox.wire.WireException;
import dev.paddock.worker.JsonText;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Holds what a sandbox says to the task's limits, as if it were hostile. */
final class AnswerCheck {

  private static final int MAX_ERROR_BYTES = 128 << 10;

  /** What an answer has beside output and logs: error, figures, and the frame's own bytes. */
  private static final int OVERHEAD_BYTES = MAX_ERROR_BYTES + 4096;

  private static final long LOG_LINE_BYTES = 16;

  /** A breach's message is one sentence of the sandbox's own. */
  private static final int MAX_BREACH_MESSAGE_BYTES = 1000;

  /** Collections are counted in whole ms, and a task is read before its time begins. */
  private static final long SLACK_MICROS = 50_000;

  /**
   * The sandbox's own threads use CPU time too: those that compile, collect, read, watch and warm
   * up. On a busy machine a fresh one was seen to take 160 ms, and on an emulated one 1,000 ms;
   * that needed ten times as much to become ready, too.
   */
  private static final long OWN_CPU_MICROS = 400_000;

  /** By what part of the CPU time until it was ready that may be more, on a slow machine. */
  private static final long OF_START = 4;

  private AnswerCheck() {}

  /** The largest frame that a sandbox may send for these limits, in bytes. */
  static int maxFrameBytes(Limits limits) {
    return (int)
        Math.min(
            Integer.MAX_VALUE,
            limits.outputBytes()
                + limits.logBytes()
                + limits.logLines() * LOG_LINE_BYTES
                + OVERHEAD_BYTES);
  }

  /**
   * Refuses an answer that no honest sandbox gives.
   *
   * @param seen what the task used as seen from outside: no more wall time than that, and no less
   *     CPU time
   * @param startCpuMillis what the sandbox used until it was ready, in ms
   */
  static void require(Answer answer, Task task, Usage seen, long startCpuMillis)
      throws WireException {
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
      case Ending.Stopped(Breach breach) -> requireBreach(breach, task, seen);
    }
    requireUsage(answer, task.limits(), seen, startCpuMillis);
    if (answer.logs().size() > task.limits().logLines()) {
      throw new WireException(
          answer.logs().size() + " log lines; " + task.limits().logLines() + " allowed");
    }
    long logBytes = 0;
    for (LogLine line : answer.logs()) {
      logBytes += bytes(line.message());
    }
    requireBytes("log", logBytes, task.limits().logBytes());
  }

  /**
   * Refuses what no honest sandbox says when it begins to stop its guest.
   *
   * @param seen what the task used as seen from outside
   */
  static void require(Stopping stopping, Task task, Usage seen) throws WireException {
    if (stopping.number() != task.number()) {
      throw new WireException(
          "A stop of task " + stopping.number() + " where " + task.number() + " was asked");
    }
    requireBreach(stopping.breach(), task, seen);
    if (stopping.breach().observed() < stopping.breach().limit()) {
      throw new WireException("A stop within the limit: " + described(stopping.breach()));
    }
  }

  private static void requireBreach(Breach breach, Task task, Usage seen) throws WireException {
    requireBytes("violation message", bytes(breach.message()), MAX_BREACH_MESSAGE_BYTES);
    Limits limits = task.limits();
    long limit =
        switch (breach.quota()) {
          case CPU_TIME -> limits.cpuMillis();
          case WALL_TIME -> limits.wallMillis();
          case HEAP -> limits.heapBytes();
          case STACK -> limits.stackBytes();
          case OUTPUT_SIZE -> limits.outputBytes();
          case LOG_SIZE -> limits.logBytes();
          case LOG_LINES -> limits.logLines();
          case ASYNC_OPERATIONS -> limits.asyncOperations();
          case INPUT_SIZE -> limits.inputBytes();
          case SOURCE_SIZE -> limits.sourceBytes();
        };
    if (breach.limit() != limit) {
      throw new WireException(
          "A breach of " + breach.quota() + " at " + breach.limit() + "; the limit is " + limit);
    }
    boolean isTime = breach.quota() == Quota.CPU_TIME || breach.quota() == Quota.WALL_TIME;
    if (isTime && breach.observed() > (seen.wallMicros() + SLACK_MICROS) / 1000) {
      throw new WireException(
          "A breach %s within %d us".formatted(described(breach), seen.wallMicros()));
    }
    if (breach.quota() == Quota.INPUT_SIZE) {
      requireSize(breach, task.inputBytes());
    } else if (breach.quota() == Quota.SOURCE_SIZE) {
      requireSize(breach, task.script().bytes());
    }
    // A script that waits for what can never come is ended before its time.
    if (breach.quota() != Quota.WALL_TIME && breach.observed() < limit) {
      throw new WireException("A breach within its limit: " + described(breach));
    }
  }

  /** Of these the worker knows itself what is to be seen. */
  private static void requireSize(Breach breach, long bytes) throws WireException {
    if (breach.observed() != bytes) {
      throw new WireException("A breach %s where there are %d".formatted(described(breach), bytes));
    }
  }

  private static String described(Breach breach) {
    return "of %s: %d of %d".formatted(breach.quota(), breach.observed(), breach.limit());
  }

  private static void requireUsage(Answer answer, Limits limits, Usage seen, long startCpuMillis)
      throws WireException {
    Usage usage = answer.usage();
    if (usage.wallMicros() > seen.wallMicros()) {
      throw new WireException(
          "A run of " + usage.wallMicros() + " us within " + seen.wallMicros() + " us");
    }
    // One thread runs at a time: the guest's, or a collection.
    if (usage.cpuMicros() > seen.wallMicros() + SLACK_MICROS) {
      throw new WireException(
          usage.cpuMicros() + " us of CPU time within " + seen.wallMicros() + " us");
    }
    long own = Math.max(OWN_CPU_MICROS, startCpuMillis * 1000 / OF_START);
    if (usage.cpuMicros() * 5 / 4 + own < seen.cpuMicros()) {
      throw new WireException(
          usage.cpuMicros() + " us of CPU time where " + seen.cpuMicros() + " us were seen");
    }
    // A run that is being stopped for another reason may be found to retain too much as well.
    boolean stopped = answer.ending() instanceof Ending.Stopped;
    if (usage.heapBytes() > limits.heapBytes() && !stopped) {
      throw new WireException(
          usage.heapBytes() + " bytes retained within a limit of " + limits.heapBytes());
    }
  }

  private static void requireJson(String output, long maxBytes) throws WireException {
    requireBytes("output", bytes(output), maxBytes);
    String problem = JsonText.problem(output);
    if (problem != null) {
      throw new WireException("The output is no JSON text: " + problem);
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
