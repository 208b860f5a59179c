package dev.paddock.loadtest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One load on so many workers. */
final class LoadRun {

  /** Requests after which it is looked whether every worker takes part. */
  private static final int PROBES = 50;

  private static final int MOST_PROBES = 200;

  /**
   * How much is sent.
   *
   * @param perSecond how many requests are meant to be sent a second, whatever comes back; null for
   *     all at once
   * @param warmUp requests that do not count, sent before in the same way
   * @param requests those that count
   */
  record Amount(@Nullable Double perSecond, int warmUp, int requests) {}

  private final LoopbackKafka kafka;
  private final LoadMix mix;
  private final Amount amount;
  private final Map<String, String> settings;

  /**
   * @param settings of the workers, beside the defaults
   */
  LoadRun(LoopbackKafka kafka, LoadMix mix, Amount amount, Map<String, String> settings) {
    this.kafka = kafka;
    this.mix = mix;
    this.amount = amount;
    this.settings = settings;
  }

  LoadResult run(int workers) throws IOException, InterruptedException {
    Map<String, String> lane = kafka.lane("load-" + workers, settings);
    List<WorkerProcess> processes = new ArrayList<>();
    try (Traffic traffic = new Traffic(lane)) {
      for (int n = 1; n <= workers; n++) {
        Map<String, String> own = new HashMap<>(lane);
        String id = "load-%d-%d".formatted(workers, n);
        own.put("worker.id", id);
        processes.add(WorkerProcess.start(own, kafka.log(id)));
      }
      awaitAll(traffic, processes);
      send(traffic, 0, amount.warmUp(), arrival -> {});
      return measure(traffic, processes);
    } finally {
      for (WorkerProcess process : processes) {
        process.close();
      }
    }
  }

  private LoadResult measure(Traffic traffic, List<WorkerProcess> processes)
      throws IOException, InterruptedException {
    try (UsageSampler sampler =
        UsageSampler.start(
            () -> processes.stream().map(WorkerProcess::handle), kafka.brokerPid())) {
      LoadResult.Gathering gathering = new LoadResult.Gathering();
      send(traffic, amount.warmUp(), amount.requests(), gathering::add);
      LoadResult result = gathering.end(processes.size(), amount.perSecond(), sampler.stop());
      for (WorkerProcess process : processes) {
        process.requireAlive();
      }
      return result;
    }
  }

  private void send(Traffic traffic, int first, int count, Consumer<Traffic.Arrival> arrived)
      throws InterruptedException {
    traffic.run(count, amount.perSecond(), i -> mix.request(first + i), arrived);
  }

  /** Sends until each worker has answered: the group has given each its partitions by then. */
  private void awaitAll(Traffic traffic, List<WorkerProcess> processes) throws IOException {
    Set<String> seen = new HashSet<>();
    for (int probes = 0; seen.size() < processes.size(); probes++) {
      for (WorkerProcess process : processes) {
        process.requireAlive();
      }
      if (probes == MOST_PROBES) {
        throw new IllegalStateException(
            "Of %d workers only %s answered".formatted(processes.size(), seen));
      }
      traffic.burst(
          PROBES, i -> Workload.request(), arrival -> seen.add(arrival.result().getWorker()));
    }
  }
}
