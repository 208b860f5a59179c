package dev.paddock.worker.observe;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** What a person wants to see of the last moments. For any thread. */
public final class Activity {

  private static final int MOST_TROUBLES = 50;
  private static final int MOST_TENANTS = 20;
  private static final int DIGITS = 2;

  /**
   * A request that did not succeed.
   *
   * @param at when, in ms since the epoch
   * @param position where the request was read
   * @param kind of the violation, or FAILED where the script threw
   * @param line of the script, from 1; 0 where that is not known
   * @param reason one sentence; may be the script's own words
   */
  public record Trouble(
      long at,
      String position,
      String executionId,
      String tenant,
      String script,
      String kind,
      int line,
      String reason) {}

  /**
   * Times of an interval, in microseconds; all 0 where there were none.
   *
   * @param count how many
   */
  public record Percentiles(long count, long p50, long p90, long p99, long max) {

    static Percentiles of(Histogram histogram) {
      return new Percentiles(
          histogram.getTotalCount(),
          histogram.getValueAtPercentile(50),
          histogram.getValueAtPercentile(90),
          histogram.getValueAtPercentile(99),
          histogram.getMaxValue());
    }
  }

  /**
   * What a tenant has used since the worker started.
   *
   * @param cpuMicros CPU time of its scripts, in microseconds
   */
  public record TenantUse(String tenant, long executions, long cpuMicros) {}

  /**
   * What is known at a moment. Counts are since the worker started, times since the one before.
   *
   * @param executions by how they ended
   * @param violations by kind
   * @param tenants those that have used most CPU time, the first the most
   * @param troubles the last ones, the newest first
   */
  public record Glance(
      Map<String, Long> executions,
      Map<String, Long> violations,
      Map<String, Percentiles> latency,
      List<TenantUse> tenants,
      List<Trouble> troubles) {}

  private static final class Use {
    private final LongAdder executions = new LongAdder();
    private final LongAdder cpuMicros = new LongAdder();
  }

  private final Map<String, LongAdder> executions = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> violations = new ConcurrentHashMap<>();
  private final Map<String, Use> tenants = new ConcurrentHashMap<>();
  private final Recorder queue = new Recorder(DIGITS);
  private final Recorder cpu = new Recorder(DIGITS);
  private final Recorder wall = new Recorder(DIGITS);
  private final Recorder endToEnd = new Recorder(DIGITS);

  /** Guarded by itself. */
  private final Deque<Trouble> troubles = new ArrayDeque<>();

  Activity() {
    for (Finish.Status status : Finish.Status.values()) {
      executions.put(name(status), new LongAdder());
    }
  }

  void counted(Finish.Status status) {
    executions.computeIfAbsent(name(status), _ -> new LongAdder()).increment();
  }

  /**
   * @param tenant a bounded name
   */
  void ran(String tenant, long queueMicros, long cpuMicros, long wallMicros) {
    queue.recordValue(Math.max(0, queueMicros));
    cpu.recordValue(cpuMicros);
    wall.recordValue(wallMicros);
    Use use = tenants.computeIfAbsent(tenant, _ -> new Use());
    use.executions.increment();
    use.cpuMicros.add(cpuMicros);
  }

  void delivered(long micros) {
    endToEnd.recordValue(micros);
  }

  void violated(String kind) {
    violations.computeIfAbsent(kind, _ -> new LongAdder()).increment();
  }

  void failed(Trouble trouble) {
    synchronized (troubles) {
      troubles.addFirst(trouble);
      if (troubles.size() > MOST_TROUBLES) {
        troubles.removeLast();
      }
    }
  }

  /** What is known now. The next one's times begin here, so only one may ask. */
  public Glance glance() {
    Map<String, Percentiles> latency = new TreeMap<>();
    latency.put("queue", Percentiles.of(queue.getIntervalHistogram()));
    latency.put("cpu", Percentiles.of(cpu.getIntervalHistogram()));
    latency.put("wall", Percentiles.of(wall.getIntervalHistogram()));
    latency.put("endToEnd", Percentiles.of(endToEnd.getIntervalHistogram()));
    List<TenantUse> uses = new ArrayList<>();
    tenants.forEach(
        (tenant, use) ->
            uses.add(new TenantUse(tenant, use.executions.sum(), use.cpuMicros.sum())));
    uses.sort(Comparator.comparingLong(TenantUse::cpuMicros).reversed());
    List<Trouble> last;
    synchronized (troubles) {
      last = List.copyOf(troubles);
    }
    return new Glance(
        sums(executions),
        sums(violations),
        latency,
        uses.subList(0, Math.min(MOST_TENANTS, uses.size())),
        last);
  }

  private static Map<String, Long> sums(Map<String, LongAdder> counters) {
    Map<String, Long> sums = new TreeMap<>();
    counters.forEach((name, counter) -> sums.put(name, counter.sum()));
    return sums;
  }

  private static String name(Finish.Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }
}
