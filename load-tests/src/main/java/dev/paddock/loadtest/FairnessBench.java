package dev.paddock.loadtest;

import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.ScriptKind;
import dev.paddock.worker.cli.terminal.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

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
      Times alone = new Times();
      Times beside = new Times();
      Samples ratios = new Samples();
      for (int round = 0; round < counts.rounds(); round++) {
        Times calm = new Times();
        traffic.steadily(
            counts.executions(), rate, FairnessBench::rule, arrival -> recordWait(arrival, calm));
        Times busy = new Times();
        int loops = counts.executions() / RULES_PER_LOOP;
        traffic.steadily(
            counts.executions() + loops,
            rate * (1 + 1.0 / RULES_PER_LOOP),
            i -> i % (RULES_PER_LOOP + 1) == 0 ? loop() : rule(i),
            arrival -> recordWait(arrival, busy));
        ratios.add((double) busy.micros(99) / calm.micros(99));
        alone.add(calm);
        beside.add(busy);
      }
      worker.cpu(); // or it has ended
      Table table = new Table(Table.Align.RIGHT);
      table.row("", Times.HEADINGS, "p99 by comparison", "rounds");
      table.row("alone", alone.cells());
      table.row(
          "beside endless loops",
          beside.cells(),
          Figures.percent(ratios.median()),
          Figures.range(ratios));
      return table.lines();
    }
  }

  private static void recordWait(Traffic.Arrival arrival, Times times) {
    if (!arrival.result().getTenant().equals(HOSTILE)) {
      Workload.requireSuccess(arrival.result());
      times.addMicros(arrival.result().getUsage().getQueueMicros());
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
