package dev.paddock.worker.pool;

import dev.paddock.sandbox.launch.SandboxJvm;
import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Breach;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.GuestError;
import dev.paddock.sandbox.wire.LogLine;
import dev.paddock.sandbox.wire.Message;
import dev.paddock.sandbox.wire.MessageReader;
import dev.paddock.sandbox.wire.MessageWriter;
import dev.paddock.sandbox.wire.Quota;
import dev.paddock.sandbox.wire.Ready;
import dev.paddock.sandbox.wire.Stopping;
import dev.paddock.sandbox.wire.Task;
import dev.paddock.sandbox.wire.Usage;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A process that speaks the sandbox's protocol up to a point, as one would that a guest took over.
 */
final class LyingSandbox {

  /** What it does instead of answering. */
  enum Lie {
    GARBAGE,
    HUGE_FRAME,
    HALF_A_FRAME_THEN_EXIT,
    ANOTHER_TASKS_ANSWER,
    OUTPUT_THAT_IS_NOT_JSON,
    TWO_JSON_VALUES,
    OUTPUT_BEYOND_ITS_QUOTA,
    ERROR_BEYOND_ITS_BOUND,
    LOGS_BEYOND_THEIR_QUOTA,
    MANY_LOG_LINES,
    MORE_WALL_TIME_THAN_PASSED,
    MORE_CPU_TIME_THAN_PASSED,
    LESS_CPU_TIME_THAN_SEEN,
    MORE_MEMORY_THAN_ALLOWED,
    A_LIMIT_THAT_IS_NOT_THE_TASKS,
    AN_INPUT_LARGER_THAN_IT_IS,
    A_SOURCE_LARGER_THAN_IT_IS,
    READY_AGAIN,
    STOPPING_AGAIN,
    STOPPING_AT_A_FALSE_LIMIT,
    STOPPING_WITHIN_ITS_LIMIT,
    STOPPING_AFTER_MORE_TIME_THAN_PASSED,
    STOPPING_AT_LENGTH,
    A_TASK,
    FLOOD,
    ANSWER_TWICE,
    EXIT,
    SILENCE,
    NONE
  }

  private static final long HOUR_MICROS = TimeUnit.HOURS.toMicros(1);

  /** No honest message is as long. */
  private static final int MESSAGE_BYTES = 10_000;

  private LyingSandbox() {}

  /**
   * Answers one task.
   *
   * @param args the lie, and where only the first of several sandboxes is to lie, a file that is
   *     not there yet; what a pool adds to confine a sandbox is ignored
   */
  public static void main(String[] args) throws Exception {
    MessageWriter out = new MessageWriter(System.out);
    out.write(new Ready(List.of()));
    Message first = new MessageReader(System.in).read(1 << 20);
    if (first instanceof Task task) {
      boolean always = args.length == 1 || args[1].equals(SandboxJvm.CONFINED);
      boolean mayLie = always || isFirst(Path.of(args[1]));
      lie(mayLie ? Lie.valueOf(args[0]) : Lie.NONE, task, out, System.out);
    }
  }

  private static boolean isFirst(Path mark) throws IOException {
    try {
      Files.createFile(mark);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private static void lie(Lie lie, Task task, MessageWriter out, OutputStream raw)
      throws IOException, InterruptedException {
    long heap = task.limits().heapBytes();
    switch (lie) {
      case GARBAGE ->
          raw.write("# A fatal error has been detected".getBytes(StandardCharsets.UTF_8));
      case HUGE_FRAME -> raw.write(new byte[] {127, 0, 0, 0, 4});
      case HALF_A_FRAME_THEN_EXIT -> raw.write(new byte[] {0, 0, 0, 40, 4, 0});
      case ANOTHER_TASKS_ANSWER ->
          out.write(answer(task.number() + 1, new Ending.Succeeded("1"), List.of()));
      case OUTPUT_THAT_IS_NOT_JSON ->
          out.write(answer(task.number(), new Ending.Succeeded("{]"), List.of()));
      case TWO_JSON_VALUES ->
          out.write(answer(task.number(), new Ending.Succeeded("1 2"), List.of()));
      case OUTPUT_BEYOND_ITS_QUOTA ->
          out.write(
              answer(
                  task.number(),
                  new Ending.Succeeded("\"" + "x".repeat((int) task.limits().outputBytes()) + "\""),
                  List.of()));
      case ERROR_BEYOND_ITS_BOUND ->
          out.write(
              answer(
                  task.number(),
                  new Ending.Failed(new GuestError("E", "x".repeat(128 << 10), null, 0, 0)),
                  List.of()));
      case LOGS_BEYOND_THEIR_QUOTA ->
          out.write(
              answer(
                  task.number(),
                  new Ending.Succeeded("1"),
                  List.of(
                      new LogLine(
                          LogLine.Level.INFO, "x".repeat((int) task.limits().logBytes() + 1), 0))));
      case MANY_LOG_LINES ->
          out.write(
              answer(
                  task.number(),
                  new Ending.Succeeded("1"),
                  Collections.nCopies(1001, new LogLine(LogLine.Level.INFO, "", 0))));
      case MORE_WALL_TIME_THAN_PASSED -> out.write(answer(task, new Usage(1, HOUR_MICROS, 1, 1)));
      case MORE_CPU_TIME_THAN_PASSED -> out.write(answer(task, new Usage(HOUR_MICROS, 1, 1, 1)));
      case LESS_CPU_TIME_THAN_SEEN -> {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long begin = threads.getCurrentThreadCpuTime(); // it has used some to start
        long enough = TimeUnit.MILLISECONDS.toNanos(task.limits().cpuMillis() / 2);
        while (threads.getCurrentThreadCpuTime() - begin < enough) {
          Thread.onSpinWait();
        }
        out.write(answer(task, new Usage(1, 1, 1, 1)));
      }
      case MORE_MEMORY_THAN_ALLOWED ->
          out.write(answer(task, new Usage(1, 1, task.limits().heapBytes() + 1, 1)));
      case A_LIMIT_THAT_IS_NOT_THE_TASKS ->
          out.write(
              answer(
                  task.number(),
                  new Ending.Stopped(new Breach(Quota.CPU_TIME, 1, 2, "too slow")),
                  List.of()));
      case AN_INPUT_LARGER_THAN_IT_IS ->
          out.write(tooLarge(task, Quota.INPUT_SIZE, task.limits().inputBytes()));
      case A_SOURCE_LARGER_THAN_IT_IS ->
          out.write(tooLarge(task, Quota.SOURCE_SIZE, task.limits().sourceBytes()));
      case READY_AGAIN -> out.write(new Ready(List.of()));
      case STOPPING_AGAIN -> {
        Stopping stopping = stopping(task, heap, heap + 1, "");
        out.write(stopping);
        out.write(stopping);
      }
      case STOPPING_AT_A_FALSE_LIMIT -> out.write(stopping(task, 1, heap + 1, ""));
      case STOPPING_WITHIN_ITS_LIMIT -> out.write(stopping(task, heap, heap - 1, ""));
      case STOPPING_AFTER_MORE_TIME_THAN_PASSED ->
          out.write(
              new Stopping(
                  task.number(),
                  new Breach(Quota.CPU_TIME, task.limits().cpuMillis(), HOUR_MICROS, "")));
      case STOPPING_AT_LENGTH ->
          out.write(stopping(task, heap, heap + 1, "x".repeat(MESSAGE_BYTES)));
      case A_TASK -> out.write(task);
      case FLOOD -> {
        byte[] bytes = new byte[1 << 16];
        Arrays.fill(bytes, (byte) 1);
        while (true) {
          raw.write(bytes);
        }
      }
      case ANSWER_TWICE -> {
        Answer answer = answer(task, new Usage(1, 1, 1, 1));
        out.write(answer);
        out.write(answer);
      }
      case EXIT -> {
        new IllegalStateException("in /home/worker").printStackTrace();
        System.exit(7);
      }
      case SILENCE -> new CountDownLatch(1).await();
      case NONE ->
          out.write(
              answer(
                  task.number(),
                  new Ending.Succeeded(Long.toString(ProcessHandle.current().pid())),
                  List.of()));
    }
    raw.flush();
    if (lie != Lie.HALF_A_FRAME_THEN_EXIT) {
      new CountDownLatch(1).await(); // the worker must not wait for the end of the process
    }
  }

  private static Answer tooLarge(Task task, Quota quota, long limit) {
    Breach breach = new Breach(quota, limit, limit + 1, "too large");
    return answer(task.number(), new Ending.Stopped(breach), List.of());
  }

  private static Stopping stopping(Task task, long limit, long observed, String message) {
    return new Stopping(task.number(), new Breach(Quota.HEAP, limit, observed, message));
  }

  private static Answer answer(Task task, Usage usage) {
    return new Answer(task.number(), new Ending.Succeeded("1"), List.of(), false, usage, false);
  }

  private static Answer answer(long number, Ending ending, List<LogLine> logs) {
    return new Answer(number, ending, logs, false, new Usage(1, 1, 1, 1), false);
  }
}
