package dev.paddock.loadtest;

import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.ScriptKind;
import dev.paddock.worker.cli.terminal.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * What a hostile tenant costs the others: nine tenants send small rules at a steady rate, in turns
 * alone and beside a tenth that sends more endless loops than can be run.
 */
final class FairnessBench implements Bench {

  private static final int TENANTS = 9;

  private static final String HOSTILE = "hostile";

  /** Of what the worker can do, so that there is room for the rules beside a loop. */
  private static final double LOAD = 0.2;

  /** Twice as many as one sandbox gets through, with the default CPU quota of a second. */
  private static final double LOOPS_PER_SECOND = 2;

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
      List<Wait> waits =
          List.of(
              new Wait(
                  "in the worker's queue", arrival -> arrival.result().getUsage().getQueueMicros()),
              new Wait("from sending to start", Traffic.Arrival::startMicros),
              new Wait("from sending to reading", arrival -> arrival.nanos() / 1000));
      // A first round only warms up: a worker has never stopped a script before.
      for (int round = -1; round < counts.rounds(); round++) {
        List<Traffic.Arrival> calm = rules(traffic, counts.executions(), rate, 0);
        int loops = (int) Math.ceil(counts.executions() / rate * LOOPS_PER_SECOND);
        List<Traffic.Arrival> busy = rules(traffic, counts.executions(), rate, loops);
        if (round >= 0) {
          waits.forEach(wait -> wait.add(calm, busy));
        }
      }
      worker.cpu(); // or it has ended
      return lines(waits, rate);
    }
  }

  private static List<String> lines(List<Wait> waits, double rate) {
    Table table = new Table(Table.Align.RIGHT);
    table.row("", Times.HEADINGS, "p99 by comparison", "rounds");
    waits.forEach(wait -> wait.show(table));
    List<String> lines = new ArrayList<>(table.lines());
    lines.add("");
    lines.add(
        "  %.0f rules a second, %.0f %% of what the worker can do; %.0f loops beside them"
            .formatted(rate, LOAD * 100, LOOPS_PER_SECOND));
    return lines;
  }

  /** Sends rules, with so many loops evenly among them, and gives what came of the rules. */
  private static List<Traffic.Arrival> rules(Traffic traffic, int rules, double rate, int loops)
      throws InterruptedException {
    List<Traffic.Arrival> arrivals = new ArrayList<>();
    int all = rules + loops;
    traffic.steadily(
        all,
        rate * all / rules,
        i -> (long) (i + 1) * loops / all > (long) i * loops / all ? loop() : rule(i),
        arrival -> {
          if (!arrival.result().getTenant().equals(HOSTILE)) {
            Workload.requireSuccess(arrival.result());
            arrivals.add(arrival);
          }
        });
    return arrivals;
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

  /** One way to look at how long rules wait. */
  private static final class Wait {

    private final String name;
    private final ToLongFunction<Traffic.Arrival> micros;
    private final Times alone = new Times();
    private final Times beside = new Times();
    private final Samples ratios = new Samples();

    private Wait(String name, ToLongFunction<Traffic.Arrival> micros) {
      this.name = name;
      this.micros = micros;
    }

    private void add(List<Traffic.Arrival> calm, List<Traffic.Arrival> busy) {
      Times calmTimes = times(calm);
      Times busyTimes = times(busy);
      ratios.add((double) busyTimes.micros(99) / calmTimes.micros(99));
      alone.add(calmTimes);
      beside.add(busyTimes);
    }

    private Times times(List<Traffic.Arrival> arrivals) {
      Times times = new Times();
      arrivals.forEach(arrival -> times.addMicros(micros.applyAsLong(arrival)));
      return times;
    }

    private void show(Table table) {
      table.row(name + ", alone", alone.cells());
      table.row(
          "beside endless loops",
          beside.cells(),
          Figures.percent(ratios.median()),
          Figures.range(ratios));
    }
  }
}
