package dev.paddock.loadtest;

import dev.paddock.loadtest.UsageSampler.Part;
import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.ExecutionStatus;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How fast contenders are, each started for it alone: warms it up, then gives it a backlog, then
 * requests at half of the rate that it got through.
 *
 * @param settings of workers and topics, beside the defaults
 * @param warmUp seconds of a backlog before anything counts, about
 * @param seconds how long each of the other two takes, about
 * @param most requests for each of the three at the most
 */
record PeerSpeed(
    LoopbackKafka kafka,
    NodePeers node,
    Map<String, String> settings,
    int warmUp,
    int seconds,
    int most) {

  private static final int FEWEST = 20;

  /** The loop that moves records takes so many more, since they cost so much less. */
  private static final int MOVES = 5;

  /**
   * Measures one.
   *
   * @throws IllegalStateException where it gives another output than it should, or none
   */
  PeerScore measure(Contender contender, PeerScript script, int round)
      throws IOException, InterruptedException {
    String lane =
        "speed-%s-%s-%d".formatted(contender.name().replace('/', '-'), script.label(), round);
    if (contender instanceof Contender.Mover mover) {
      return move(mover, script, lane, round);
    }
    try (Running running = Running.start(kafka, node, contender, lane, settings, false)) {
      Field field = new Field(running, script, contender.runsScripts());
      double rate = field.warmUp();
      LoadResult saturated = field.load(within(rate), null);
      double half = saturated.perSecond() / 2;
      LoadResult steady = field.load(within(half), half);
      return new PeerScore(
          contender.name(),
          script.label(),
          round,
          saturated.requests(),
          saturated.perSecond(),
          saturated.cpuNanosEach(Part.WORKERS, Part.SANDBOXES),
          saturated.peakBytes(Part.WORKERS) + saturated.peakBytes(Part.SANDBOXES),
          steady.endToEnd().micros());
    }
  }

  private PeerScore move(Contender.Mover mover, PeerScript script, String lane, int round)
      throws IOException, InterruptedException {
    int count = Math.clamp((long) most * MOVES, FEWEST, 100_000);
    Map<String, String> own = new HashMap<>(settings);
    own.putAll(mover.settings());
    Map<String, String> all = kafka.lane(lane, own);
    ExecutionRequest request =
        Workload.request().setScript(PeerScript.inline(script.source())).build();
    try (Traffic traffic = new Traffic(all);
        IdentityProcess process = IdentityProcess.start(all)) {
      traffic.fill(count, request);
      process.move(count);
      traffic.fill(count, request);
      IdentityProcess.Cost cost = process.move(count);
      return new PeerScore(
          mover.name(),
          script.label(),
          round,
          count,
          count * 1e9 / cost.wall(),
          (double) cost.cpu() / count,
          0,
          null);
    }
  }

  /** So many take the seconds at this rate. */
  private int within(double perSecond) {
    return Math.clamp(Math.round(perSecond * seconds), Math.min(FEWEST, most), most);
  }

  /** One contender and one script. */
  private final class Field {

    private final Running running;
    private final PeerScript script;
    private final String source;
    private final @Nullable String output;
    private int sent;

    private Field(Running running, PeerScript script, boolean runsScripts) throws IOException {
      this.running = running;
      this.script = script;
      source = script.source();
      output = runsScripts ? script.output() : null;
    }

    /** Sends a second's worth again and again until the time is over; gives the last rate. */
    private double warmUp() {
      long begin = System.nanoTime();
      int left = most;
      int count = Math.min(FEWEST, left);
      double rate = 0;
      while (count > 0) {
        long start = System.nanoTime();
        running.traffic().burst(count, _ -> request(), arrival -> check(arrival.result()));
        long now = System.nanoTime();
        rate = count * 1e9 / (now - start);
        left -= count;
        boolean isOver = now - begin >= TimeUnit.SECONDS.toNanos(warmUp);
        count = isOver ? 0 : Math.min(left, (int) Math.ceil(rate));
      }
      return rate;
    }

    /** Sends so many at a rate, or at once where it is null. */
    private LoadResult load(int count, @Nullable Double perSecond)
        throws IOException, InterruptedException {
      try (UsageSampler sampler = UsageSampler.start(running::workers, kafka.brokerPid())) {
        LoadResult.Gathering gathering = new LoadResult.Gathering();
        Consumer<Traffic.Arrival> arrived =
            arrival -> {
              check(arrival.result());
              gathering.add(arrival);
            };
        running.traffic().run(count, perSecond, _ -> request(), arrived);
        return gathering.end(running.size(), perSecond, sampler.stop());
      }
    }

    /** Of one tenant, since a context is reused for one only. */
    private ExecutionRequest.Builder request() {
      return running.request(script.label() + "/" + sent++, "tenant", source);
    }

    private void check(ExecutionResult result) {
      if (result.getStatus() != ExecutionStatus.SUCCEEDED
          || (output != null && !output.equals(result.getOutput()))) {
        throw new IllegalStateException("The script ended so: " + result);
      }
    }
  }
}
