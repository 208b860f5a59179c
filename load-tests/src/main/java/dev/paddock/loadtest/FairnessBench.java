package dev.paddock.loadtest;

import com.sun.management.OperatingSystemMXBean;
import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.ScriptKind;
import dev.paddock.worker.cli.terminal.Table;
import java.io.IOException;
import java.lang.management.ManagementFactory;
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

  /** What came of the rules of a round, and the share of all cores that was busy meanwhile. */
  private record Rules(List<Traffic.Arrival> arrivals, double busy) {}

  private final LoopbackKafka kafka;
  private final OperatingSystemMXBean machine =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

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
      Samples busyAlone = new Samples();
      Samples busyBeside = new Samples();
      // A first round only warms up: a worker has never stopped a script before.
      for (int round = -1; round < counts.rounds(); round++) {
        Rules alone = rules(traffic, counts.executions(), rate, 0);
        int loops = (int) Math.ceil(counts.executions() / rate * LOOPS_PER_SECOND);
        Rules beside = rules(traffic, counts.executions(), rate, loops);
        if (round >= 0) {
          waits.forEach(wait -> wait.add(alone.arrivals(), beside.arrivals()));
          busyAlone.add(alone.busy());
          busyBeside.add(beside.busy());
        }
      }
      worker.cpu(); // or it has ended
      return lines(waits, rate, busyAlone, busyBeside);
    }
  }

  private static List<String> lines(
      List<Wait> waits, double rate, Samples busyAlone, Samples busyBeside) {
    Table table = new Table(Table.Align.RIGHT);
    table.row("", Times.HEADINGS, "p99 by comparison", "rounds");
    waits.forEach(wait -> wait.show(table));
    List<String> lines = new ArrayList<>(table.lines());
    lines.add("");
    lines.add(
        "  %.0f rules a second, %.0f %% of what the worker can do; %.0f loops beside them"
            .formatted(rate, LOAD * 100, LOOPS_PER_SECOND));
    lines.add(
        "  The machine's cores were busy to %s alone and to %s beside loops"
            .formatted(Figures.percent(busyAlone.median()), Figures.percent(busyBeside.median())));
    return lines;
  }

  /** Sends rules, with so many loops evenly among them, and gives what came of the rules. */
  private Rules rules(Traffic traffic, int rules, double rate, int loops)
      throws InterruptedException {
    List<Traffic.Arrival> arrivals = new ArrayList<>();
    int all = rules + loops;
    double[] busy = new double[1];
    var _ = machine.getCpuLoad(); // the next is since this one
    traffic.steadily(
        all,
        rate * all / rules,
        i -> {
          if (i == all - 1) {
            busy[0] = machine.getCpuLoad();
          }
          return (long) (i + 1) * loops / all > (long) i * loops / all ? loop() : rule(i);
        },
        arrival -> {
          if (!arrival.result().getTenant().equals(HOSTILE)) {
            Workload.requireSuccess(arrival.result());
            arrivals.add(arrival);
          }
        });
    return new Rules(arrivals, busy[0]);
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
