package dev.paddock.loadtest;

import dev.paddock.loadtest.Companion.Cpu;
import dev.paddock.loadtest.InProcess.Work;
import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.Task;
import dev.paddock.worker.cli.terminal.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What quotas and the script's world add to a fresh context. One thread watches CPU, wall and heap
 * together, so they have one price; output, log and async quotas are comparisons of numbers that
 * are at hand anyway, and part of the world's price.
 */
final class QuotaBench implements Bench {

  /** Alternating with the usual one, so that every run needs a new thread. */
  private static final long OTHER_STACK_BYTES = 2 << 20;

  @Override
  public String title() {
    return "Quotas: CPU time that they add to a fresh context";
  }

  @Override
  public List<String> measure(Path home, Counts counts) throws IOException, InterruptedException {
    try (Companion companion = Companion.start(home);
        Pen pen = Pen.open(home, Workload.LIMITS.heapBytes(), Map.of())) {
      companion.run(Work.BARE, counts.warmUp());
      companion.run(Work.GUEST, counts.warmUp());
      companion.run(Work.QUOTAS, counts.warmUp());
      pen.rules(counts.warmUp());
      Samples bare = new Samples();
      Samples quotas = new Samples();
      Samples guard = new Samples();
      Samples world = new Samples();
      Samples stack = new Samples();
      Samples ratio = new Samples();
      for (int round = 0; round < counts.rounds(); round++) {
        double n = counts.executions();
        Cpu bareCpu = companion.run(Work.BARE, counts.executions());
        Cpu quotaCpu = companion.run(Work.QUOTAS, counts.executions());
        Cpu guestCpu = companion.run(Work.GUEST, counts.executions());
        bare.add(bareCpu.runner() / n);
        quotas.add(quotaCpu.runner() / n);
        guard.add(guestCpu.guard() / n);
        world.add((guestCpu.runner() - bareCpu.runner() - quotaCpu.runner()) / n);
        stack.add((cpu(pen, counts, true) - cpu(pen, counts, false)) / n);
        ratio.add((double) (quotaCpu.runner() + guestCpu.guard()) / bareCpu.runner());
      }
      Table table = new Table(Table.Align.RIGHT);
      table.row("", "CPU each", "of a bare context", "rounds");
      row(table, "bare context with the rule", bare, bare);
      row(table, "CPU, wall, heap: begin and end a run", quotas, bare);
      row(table, "CPU, wall, heap: the watching thread", guard, bare);
      table.row(
          "  both together",
          Figures.micros(quotas.median() + guard.median()),
          Figures.percent(ratio.median()),
          Figures.range(ratio));
      row(table, "stack, where every run asks for another", stack, bare);
      row(table, "world: globals, clock, randomness, errors", world, bare);
      return table.lines();
    }
  }

  private static void row(Table table, String name, Samples samples, Samples whole) {
    table.row(
        name,
        Figures.micros(samples.median()),
        Figures.percent(samples.median() / whole.median()),
        "");
  }

  private static double cpu(Pen pen, Counts counts, boolean alternating)
      throws InterruptedException {
    Limits usual = Workload.LIMITS;
    Limits other = Workload.limits(usual.heapBytes(), OTHER_STACK_BYTES);
    long before = pen.cpuNanos();
    for (int i = 0; i < counts.executions(); i++) {
      Task task =
          Workload.task(
              pen.nextNumber(),
              Workload.RULE,
              Workload.RULE_INPUT,
              alternating && i % 2 == 0 ? other : usual);
      pen.answer(task);
    }
    return pen.cpuNanos() - before;
  }
}
