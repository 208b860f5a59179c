package dev.paddock.loadtest;

import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.ScriptKind;
import dev.paddock.worker.cli.terminal.Table;
import dev.paddock.worker.cli.terminal.Units;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What a hostile tenant costs the others: nine tenants send small rules at a steady rate, alone and
 * then beside a tenth that sends as many endless loops as a worker can still queue.
 */
final class FairnessBench implements Bench {

  private static final int TENANTS = 9;

  private static final String HOSTILE = "hostile";

  /** Of what the worker can do, so that there is room for the rules beside a loop. */
  private static final double LOAD = 0.2;

  /** A loop for so many rules: far more than a sandbox gets through. */
  private static final int RULES_PER_LOOP = 50;

  private static final long MAX_MICROS = TimeUnit.MINUTES.toMicros(5);

  private final LoopbackKafka kafka;

  FairnessBench(LoopbackKafka kafka) {
    this.kafka = kafka;
  }

  @Override
  public String title() {
    return "Fairness: the wait of nine tenants' rules, alone and beside a tenth's endless loops";
  }

  @Override
  public List<String> measure(Path home, Counts counts) throws IOException, InterruptedException {
    Map<String, String> settings = kafka.lane("fairness", Map.of());
    try (WorkerProcess worker = WorkerProcess.start(settings, kafka.log("fairness"));
        Traffic traffic = new Traffic(settings)) {
      traffic.burst(counts.warmUp(), FairnessBench::rule, arrival -> {});
      long begin = System.nanoTime();
      traffic.burst(counts.executions(), FairnessBench::rule, arrival -> {});
      double rate = LOAD * counts.executions() * 1e9 / (System.nanoTime() - begin);
      Histogram alone = new Histogram(MAX_MICROS, 3);
      Histogram beside = new Histogram(MAX_MICROS, 3);
      Samples ratios = new Samples();
      for (int round = 0; round < counts.rounds(); round++) {
        Histogram calm = new Histogram(MAX_MICROS, 3);
        traffic.steadily(
            counts.executions(), rate, FairnessBench::rule, arrival -> recordWait(arrival, calm));
        Histogram busy = new Histogram(MAX_MICROS, 3);
        int loops = counts.executions() / RULES_PER_LOOP;
        traffic.steadily(
            counts.executions() + loops,
            rate * (1 + 1.0 / RULES_PER_LOOP),
            i -> i % (RULES_PER_LOOP + 1) == 0 ? loop() : rule(i),
            arrival -> recordWait(arrival, busy));
        ratios.add((double) busy.getValueAtPercentile(99) / calm.getValueAtPercentile(99));
        alone.add(calm);
        beside.add(busy);
      }
      worker.cpu(); // or it has ended
      Table table = new Table(Table.Align.RIGHT);
      table.row("", "median", "p90", "p99", "most", "p99 by comparison", "rounds");
      row(table, "alone", alone, "", "");
      row(
          table,
          "beside endless loops",
          beside,
          Figures.percent(ratios.median()),
          Figures.range(ratios));
      return table.lines();
    }
  }

  private static void row(
      Table table, String name, Histogram micros, String comparison, String range) {
    table.row(
        name,
        Units.micros(micros.getValueAtPercentile(50)),
        Units.micros(micros.getValueAtPercentile(90)),
        Units.micros(micros.getValueAtPercentile(99)),
        Units.micros(micros.getMaxValue()),
        comparison,
        range);
  }

  private static void recordWait(Traffic.Arrival arrival, Histogram micros) {
    if (!arrival.result().getTenant().equals(HOSTILE)) {
      Workload.requireSuccess(arrival.result());
      micros.recordValue(Math.min(MAX_MICROS, arrival.result().getUsage().getQueueMicros()));
    }
  }

  private static ExecutionRequest.Builder rule(int number) {
    return Workload.request().setTenant("tenant-" + number % TENANTS);
  }

  private static ExecutionRequest.Builder loop() {
    return ExecutionRequest.newBuilder()
        .setExecutionId("")
        .setTenant(HOSTILE)
        .setScript(new InlineScript("loop.js", ScriptKind.SCRIPT, "for (;;);", Map.of()));
  }
}
