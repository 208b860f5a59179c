package dev.paddock.loadtest;

import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Breach;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.Quota;
import dev.paddock.worker.cli.terminal.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How soon each quota stops a script. For CPU and wall time that is counted from the quota on, for
 * the others from the script's start, since only the script knows when it has gone too far.
 */
final class DetectionBench implements Bench {

  private static final long CPU_MILLIS = 200;
  private static final long WALL_MILLIS = 300;

  private static final Limits LIMITS =
      new Limits(2_000, 10_000, 16 << 20, 1 << 20, 10_000, 1_000, 100, 100);

  private static final Limits CPU =
      new Limits(CPU_MILLIS, 10_000, 16 << 20, 1 << 20, 10_000, 1_000, 100, 100);

  private static final Limits WALL =
      new Limits(2_000, WALL_MILLIS, 16 << 20, 1 << 20, 10_000, 1_000, 100, 100);

  /**
   * One way beyond a quota.
   *
   * @param startMillis what of its time does not count
   */
  private record Excess(String name, Quota quota, Limits limits, long startMillis, String source) {}

  private static final List<Excess> EXCESSES =
      List.of(
          new Excess("an endless loop", Quota.CPU_TIME, CPU, CPU_MILLIS, "for (;;);"),
          new Excess(
              "a builtin that never looks", Quota.CPU_TIME, CPU, CPU_MILLIS, "10n ** 50000000n"),
          new Excess(
              "a timer far away",
              Quota.WALL_TIME,
              WALL,
              WALL_MILLIS,
              "new Promise((resolve) => setTimeout(resolve, 1e8))"),
          new Excess(
              "a promise that nothing settles",
              Quota.WALL_TIME,
              LIMITS,
              0,
              "new Promise(() => {})"),
          new Excess(
              "many objects", Quota.HEAP, LIMITS, 0, "const kept = []; for (;;) kept.push({})"),
          new Excess(
              "one huge buffer", Quota.HEAP, LIMITS, 0, "new Uint8Array(1 << 30).fill(1).length"),
          new Excess("deep calls", Quota.STACK, LIMITS, 0, "const deep = () => deep(); deep()"),
          new Excess("a large output", Quota.OUTPUT_SIZE, LIMITS, 0, "'x'.repeat(1e6)"),
          new Excess(
              "a flood of log lines", Quota.LOG_LINES, LIMITS, 0, "for (;;) console.log('x')"),
          new Excess(
              "a flood of log text",
              Quota.LOG_SIZE,
              LIMITS,
              0,
              "const text = 'x'.repeat(1e4); for (;;) console.log(text)"),
          new Excess(
              "many promises",
              Quota.ASYNC_OPERATIONS,
              LIMITS,
              0,
              "const all = []; for (;;) all.push(new Promise(() => {}))"),
          new Excess(
              "many timers",
              Quota.ASYNC_OPERATIONS,
              LIMITS,
              0,
              "for (;;) setTimeout(() => 0, 1e6)"));

  @Override
  public String title() {
    return "Detection: how soon a script beyond its quota is stopped";
  }

  @Override
  public List<String> measure(Path home, Counts counts) throws IOException, InterruptedException {
    Table table = new Table(Table.Align.RIGHT);
    table.row("", "quota", "median", "most", "sandboxes killed", "counted from");
    try (Pen pen = Pen.open(home, LIMITS.heapBytes(), Map.of("pool.spares", "1"))) {
      pen.rules(counts.executions());
      for (Excess excess : EXCESSES) {
        long killed = pen.pool().statistics().killed();
        Samples late = new Samples();
        for (int round = 0; round < counts.rounds(); round++) {
          pen.awaitIdle(2);
          late.add(nanosUntilStopped(pen, excess) - excess.startMillis() * 1e6);
        }
        table.row(
            excess.name(),
            excess.quota().name(),
            Figures.millis(late.median()),
            Figures.millis(late.max()),
            Long.toString(pen.pool().statistics().killed() - killed),
            excess.startMillis() == 0 ? "start" : "quota");
      }
    }
    return table.lines();
  }

  private static double nanosUntilStopped(Pen pen, Excess excess) throws InterruptedException {
    long begin = System.nanoTime();
    Answer answer = pen.answer(Workload.task(pen.nextNumber(), excess.source(), excess.limits()));
    long took = System.nanoTime() - begin;
    if (!(answer.ending() instanceof Ending.Stopped(Breach breach))
        || breach.quota() != excess.quota()) {
      throw new IllegalStateException(excess.name() + " ended otherwise: " + answer.ending());
    }
    return took;
  }
}
