package dev.paddock.loadtest;

import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.worker.cli.terminal.Table;
import dev.paddock.worker.cli.terminal.Units;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a guarantee costs: a backlog of small rules through a worker's whole way, once for each kind
 * of delivery, in turns; beside a loop that only moves the same records with the same settings.
 * Then the time from sending to reading at half of that rate.
 */
final class DeliveryBench implements Bench {

  /** So many more records than executions, since they cost so much less. */
  private static final int MOVES_PER_EXECUTION = 10;

  private final LoopbackKafka kafka;

  DeliveryBench(LoopbackKafka kafka) {
    this.kafka = kafka;
  }

  @Override
  public String title() {
    return "Delivery: the same rule through Kafka, on all cores";
  }

  @Override
  public List<String> measure(Path home, Counts counts) throws IOException, InterruptedException {
    List<Lane> lanes = new ArrayList<>();
    List<Mover> movers = new ArrayList<>();
    try {
      for (String guarantee : List.of("exactly-once", "at-least-once")) {
        lanes.add(new Lane(kafka, guarantee, Map.of("delivery.guarantee", guarantee)));
        movers.add(new Mover(kafka, guarantee));
      }
      lanes.add(new Lane(kafka, "share-group", Map.of("intake.mode", "share-group")));
      for (Lane lane : lanes) {
        lane.burst(counts.warmUp());
      }
      for (Mover mover : movers) {
        mover.move(counts.warmUp() * MOVES_PER_EXECUTION);
      }
      for (int round = 0; round < counts.rounds(); round++) {
        for (Lane lane : lanes) {
          lane.measure(counts.executions());
        }
        for (Mover mover : movers) {
          mover.measure(counts.executions() * MOVES_PER_EXECUTION);
        }
      }
      List<String> lines = new ArrayList<>(costs(lanes, movers));
      lines.add("");
      lines.addAll(latencies(lanes, counts.executions()));
      return lines;
    } finally {
      for (Lane lane : lanes) {
        lane.close();
      }
      movers.forEach(Mover::close);
    }
  }

  private static List<String> costs(List<Lane> lanes, List<Mover> movers) {
    Lane base = lanes.get(1); // at-least-once
    Table table = new Table(Table.Align.RIGHT);
    table.row(
        "",
        "per second",
        "by comparison",
        "rounds",
        "CPU each",
        "worker",
        "sandboxes",
        "in scripts",
        "Paddock's own");
    for (Lane lane : lanes) {
      Samples ratio = lane.perSecond.over(base.perSecond);
      double worker = lane.worker.median();
      double sandboxes = lane.sandboxes.median();
      double scripts = lane.scripts.median();
      table.row(
          lane.name,
          Units.count(Math.round(lane.perSecond.median())),
          Figures.percent(ratio.median()),
          lane == base ? "" : Figures.range(ratio),
          Figures.micros(worker + sandboxes),
          Figures.micros(worker),
          Figures.micros(sandboxes),
          Figures.micros(scripts),
          Figures.micros(worker + sandboxes - scripts));
    }
    for (Mover mover : movers) {
      Samples ratio = mover.perSecond.over(base.perSecond);
      String cpu = Figures.micros(mover.cpu.median());
      table.row(
          "only moved, " + mover.name,
          Units.count(Math.round(mover.perSecond.median())),
          Figures.percent(ratio.median()),
          "",
          cpu,
          cpu,
          "",
          "",
          "");
    }
    return table.lines();
  }

  private static List<String> latencies(List<Lane> lanes, int executions)
      throws InterruptedException {
    Table table = new Table(Table.Align.RIGHT);
    table.row("from sending to reading, at half of that rate", Times.HEADINGS);
    for (Lane lane : lanes) {
      table.row(lane.name, lane.atHalfSpeed(executions).cells());
    }
    return table.lines();
  }

  /** A worker with topics of its own. */
  private static final class Lane {

    private final String name;
    private final WorkerProcess process;
    private final Traffic traffic;
    private final Samples perSecond = new Samples();
    private final Samples worker = new Samples();
    private final Samples sandboxes = new Samples();
    private final Samples scripts = new Samples();

    private Lane(LoopbackKafka kafka, String name, Map<String, String> more)
        throws IOException, InterruptedException {
      this.name = name;
      Map<String, String> settings = kafka.lane(name, more);
      process = WorkerProcess.start(settings, kafka.log(name));
      traffic = new Traffic(settings);
    }

    private long burst(int count) {
      LongAdder scriptMicros = new LongAdder();
      traffic.burst(
          count,
          i -> Workload.request(),
          arrival -> {
            Workload.requireSuccess(arrival.result());
            scriptMicros.add(arrival.result().getUsage().getCpuMicros());
          });
      return scriptMicros.sum();
    }

    private void measure(int count) throws IOException {
      WorkerProcess.Cpu before = process.cpu();
      long begin = System.nanoTime();
      double scriptMicros = burst(count);
      double nanos = System.nanoTime() - begin;
      WorkerProcess.Cpu cpu = process.cpu().since(before);
      perSecond.add(count * 1e9 / nanos);
      worker.add((double) cpu.worker() / count);
      sandboxes.add((double) cpu.sandboxes() / count);
      scripts.add(scriptMicros * 1e3 / count);
    }

    private Times atHalfSpeed(int count) throws InterruptedException {
      Times times = new Times();
      traffic.steadily(
          count,
          perSecond.median() / 2,
          i -> Workload.request(),
          arrival -> times.addMicros(arrival.nanos() / 1000));
      return times;
    }

    private void close() throws IOException {
      traffic.close();
      process.close();
    }
  }

  /** A loop that moves records as they are. */
  private static final class Mover {

    private final String name;
    private final ExecutionRequest request = Workload.request().build();
    private final Traffic traffic;
    private final IdentityProcess process;
    private final Samples perSecond = new Samples();
    private final Samples cpu = new Samples();

    private Mover(LoopbackKafka kafka, String guarantee) throws IOException, InterruptedException {
      name = guarantee;
      Map<String, String> settings =
          kafka.lane("moved-" + guarantee, Map.of("delivery.guarantee", guarantee));
      traffic = new Traffic(settings);
      process = IdentityProcess.start(settings);
    }

    private IdentityProcess.Cost move(int count) throws IOException {
      traffic.fill(count, request);
      return process.move(count);
    }

    private void measure(int count) throws IOException {
      IdentityProcess.Cost cost = move(count);
      perSecond.add(count * 1e9 / cost.wall());
      cpu.add((double) cost.cpu() / count);
    }

    private void close() {
      process.close();
      traffic.close();
    }
  }
}
