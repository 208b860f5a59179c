package dev.paddock.loadtest;

import dev.paddock.loadtest.UsageSampler.Part;
import dev.paddock.loadtest.UsageSampler.Sample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What came of a load, as the report's JSON has it.
 *
 * @param workers how many worker processes there were
 * @param offeredPerSecond requests meant to be sent a second; null where all were sent at once
 * @param requests how many, all of them answered
 * @param seconds from when the first was meant to be sent until the last result was read
 * @param endings by kind of script, how many ended in which way
 * @param unexpected how many ended in another way than their kind has to
 * @param times what took how long: a request from reading to start, its script in CPU and in wall
 *     time, and all from when it was meant to be sent until its result was read
 * @param series second by second
 * @param usage what processes used meanwhile
 */
record LoadResult(
    int workers,
    @Nullable Double offeredPerSecond,
    int requests,
    double seconds,
    SortedMap<String, SortedMap<String, Integer>> endings,
    int unexpected,
    Map<String, Spread> times,
    List<Second> series,
    List<Sample> usage) {

  private static final String QUEUE = "queue";
  private static final String CPU = "cpu";
  private static final String WALL = "wall";
  private static final String END_TO_END = "end to end";

  private static final double[] PERCENTILES = {
    0, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.95, 99.99, 100
  };

  /**
   * How long something took.
   *
   * @param micros by percentile, in microseconds
   */
  record Spread(SortedMap<Double, Long> micros) {

    static Spread of(Times times) {
      SortedMap<Double, Long> micros = new TreeMap<>();
      for (double percentile : PERCENTILES) {
        micros.put(percentile, times.micros(percentile));
      }
      return new Spread(micros);
    }

    /** In microseconds, of one of the percentiles that are kept. */
    long at(double percentile) {
      return Objects.requireNonNull(micros.get(percentile));
    }
  }

  /**
   * The results that could be read in one second, and their times from end to end, in microseconds;
   * 0 where there were none.
   */
  record Second(long results, long median, long p99, long most) {

    static Second of(Times times) {
      return new Second(times.count(), times.micros(50), times.micros(99), times.micros(100));
    }
  }

  /** How many workers there were, in words. */
  String who() {
    return workers == 1 ? "one worker" : workers + " workers";
  }

  double perSecond() {
    return requests / seconds;
  }

  /** From when a request was meant to be sent until its result was read. */
  Spread endToEnd() {
    return Objects.requireNonNull(times.get(END_TO_END));
  }

  /** CPU time of these parts, by executions, in ns. */
  double cpuNanosEach(Part... parts) {
    double nanos = 0;
    double last = 0;
    for (Sample sample : usage) {
      for (Part part : parts) {
        nanos += sample.use(part).cores() * (sample.seconds() - last) * 1e9;
      }
      last = sample.seconds();
    }
    return nanos / requests;
  }

  /** The most resident memory that a part had, in bytes. */
  long peakBytes(Part part) {
    return usage.stream().mapToLong(sample -> sample.use(part).residentBytes()).max().orElse(0);
  }

  /** Gathers results; for one thread. */
  static final class Gathering {

    private final long begin = System.nanoTime();
    private final Times queue = new Times();
    private final Times cpu = new Times();
    private final Times wall = new Times();
    private final Times endToEnd = new Times();
    private final List<Second> series = new ArrayList<>();
    private Times lastSecond = new Times();
    private final SortedMap<String, SortedMap<String, Integer>> endings = new TreeMap<>();
    private int requests;
    private int unexpected;

    void add(Traffic.Arrival arrival) {
      LoadMix.Kind kind = LoadMix.kind(arrival.result().getExecutionId());
      requests++;
      if (arrival.result().getStatus() != kind.ending()) {
        unexpected++;
      }
      endings
          .computeIfAbsent(kind.label(), _ -> new TreeMap<>())
          .merge(arrival.result().getStatus().name(), 1, Integer::sum);
      long micros = arrival.nanos() / 1000;
      queue.addMicros(arrival.result().getUsage().getQueueMicros());
      cpu.addMicros(arrival.result().getUsage().getCpuMicros());
      wall.addMicros(arrival.result().getUsage().getWallMicros());
      endToEnd.addMicros(micros);
      long second = (System.nanoTime() - begin) / 1_000_000_000;
      while (series.size() < second) {
        endSecond();
      }
      lastSecond.addMicros(micros);
    }

    private void endSecond() {
      series.add(Second.of(lastSecond));
      lastSecond = new Times();
    }

    LoadResult end(int workers, @Nullable Double offeredPerSecond, List<Sample> usage) {
      double seconds = (System.nanoTime() - begin) / 1e9;
      Map<String, Spread> spreads = new LinkedHashMap<>();
      spreads.put(QUEUE, Spread.of(queue));
      spreads.put(CPU, Spread.of(cpu));
      spreads.put(WALL, Spread.of(wall));
      spreads.put(END_TO_END, Spread.of(endToEnd));
      endSecond();
      return new LoadResult(
          workers,
          offeredPerSecond,
          requests,
          seconds,
          endings,
          unexpected,
          spreads,
          series,
          usage);
    }
  }
}
