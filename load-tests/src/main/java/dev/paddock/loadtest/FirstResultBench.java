package dev.paddock.loadtest;

import dev.paddock.worker.cli.terminal.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** How long a worker's start takes: from its command until the first result can be read. */
final class FirstResultBench implements Bench {

  private final LoopbackKafka kafka;

  FirstResultBench(LoopbackKafka kafka) {
    this.kafka = kafka;
  }

  @Override
  public String title() {
    return "First result: from a worker's start until the result of a request that waits";
  }

  @Override
  public List<String> measure(Path home, Counts counts) throws IOException, InterruptedException {
    Samples nanos = new Samples();
    for (int round = 0; round < counts.rounds(); round++) {
      nanos.add(untilFirstResult("first-" + round));
    }
    Table table = new Table(Table.Align.RIGHT);
    table.row("", "median", "least", "most");
    table.row(
        "exactly-once, an empty group",
        Figures.millis(nanos.median()),
        Figures.millis(nanos.min()),
        Figures.millis(nanos.max()));
    return table.lines();
  }

  private long untilFirstResult(String name) throws IOException, InterruptedException {
    Map<String, String> settings = kafka.lane(name, Map.of());
    try (Traffic traffic = new Traffic(settings)) {
      long begin = System.nanoTime();
      try (WorkerProcess _ = WorkerProcess.start(settings, kafka.log(name))) {
        traffic.burst(
            1, _ -> Workload.request(), arrival -> Workload.requireSuccess(arrival.result()));
        return System.nanoTime() - begin;
      }
    }
  }
}
