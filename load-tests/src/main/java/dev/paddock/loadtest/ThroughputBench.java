package dev.paddock.loadtest;

import dev.paddock.loadtest.InProcess.Work;
import dev.paddock.sandbox.wire.Task;
import dev.paddock.worker.cli.terminal.Table;
import dev.paddock.worker.cli.terminal.Units;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/**
 * Executions per CPU-second, each in a fresh context: in a confined process, with the CPU of both
 * ends of the pipe counted, beside an unconfined one and beside the same in one process; and in a
 * context that is reused.
 */
final class ThroughputBench implements Bench {

  private static final com.sun.management.OperatingSystemMXBean SYSTEM =
      (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  @Override
  public String title() {
    return "Throughput: a small rule over 20 items, a fresh context each time";
  }

  @Override
  public List<String> measure(Path home, Counts counts) throws IOException, InterruptedException {
    try (Companion companion = Companion.start(home);
        Pen confined = pen(home, "required");
        Pen unconfined = pen(home, "off");
        Pen reusing = pen(home, "required")) {
      companion.run(Work.GUEST, counts.warmUp());
      confined.rules(counts.warmUp());
      unconfined.rules(counts.warmUp());
      reusing.runAll(Workload::reusingRule, counts.warmUp());
      Samples inProcess = new Samples();
      Samples own = new Samples();
      Samples free = new Samples();
      Samples ofInProcess = new Samples();
      Samples ofUnconfined = new Samples();
      Samples reused = new Samples();
      Samples ofReused = new Samples();
      for (int round = 0; round < counts.rounds(); round++) {
        double a = companion.run(Work.GUEST, counts.executions()).process();
        double b = cpu(confined, Workload::rule, counts.executions());
        double c = cpu(unconfined, Workload::rule, counts.executions());
        double d = cpu(reusing, Workload::reusingRule, counts.executions());
        inProcess.add(counts.executions() * 1e9 / a);
        own.add(counts.executions() * 1e9 / b);
        free.add(counts.executions() * 1e9 / c);
        ofInProcess.add(a / b);
        ofUnconfined.add(c / b);
        reused.add(counts.executions() * 1e9 / d);
        ofReused.add(d / b);
      }
      Table table = new Table(Table.Align.RIGHT);
      table.row("", "per CPU-second", "CPU each", "own process by comparison", "rounds");
      row(table, "own process, confined", own, "", "");
      row(
          table,
          "own process, not confined",
          free,
          Figures.percent(ofUnconfined.median()),
          Figures.range(ofUnconfined));
      row(
          table,
          "in one process, no pipe",
          inProcess,
          Figures.percent(ofInProcess.median()),
          Figures.range(ofInProcess));
      row(
          table,
          "own process, context reused",
          reused,
          Figures.percent(ofReused.median()),
          Figures.range(ofReused));
      return table.lines();
    }
  }

  private static void row(Table table, String name, Samples rate, String share, String range) {
    table.row(
        name,
        Units.count(Math.round(rate.median())),
        Figures.micros(1e9 / rate.median()),
        share,
        range);
  }

  private static Pen pen(Path home, String confinement) throws IOException, InterruptedException {
    return Pen.open(home, Workload.LIMITS.heapBytes(), Map.of("sandbox.confinement", confinement));
  }

  private static double cpu(Pen pen, LongFunction<Task> tasks, int count)
      throws InterruptedException {
    long sandbox = pen.cpuNanos();
    long worker = SYSTEM.getProcessCpuTime();
    pen.runAll(tasks, count);
    return (double) pen.cpuNanos() - sandbox + SYSTEM.getProcessCpuTime() - worker;
  }
}
