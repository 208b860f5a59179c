package dev.paddock.worker.cli.batch;

import dev.paddock.schemas.ExecutionStatus;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** Counts how executions ended and what they used. */
public final class Tally {

  /** A day; beyond it a figure counts as a day. */
  private static final long MAX_MICROS = 86_400_000_000L;

  private static final int DIGITS = 2;

  private final Map<ExecutionStatus, Long> byStatus = new EnumMap<>(ExecutionStatus.class);
  private final Map<String, Long> byKind = new TreeMap<>();
  private final Histogram queue = new Histogram(MAX_MICROS, DIGITS);
  private final Histogram cpu = new Histogram(MAX_MICROS, DIGITS);
  private final Histogram wall = new Histogram(MAX_MICROS, DIGITS);

  /**
   * Counts an execution.
   *
   * @param kind the violation's kind where there was one, else anything
   * @param queueMicros like the other figures not counted for REJECTED, which never ran
   */
  public void add(
      ExecutionStatus status, String kind, long queueMicros, long cpuMicros, long wallMicros) {
    byStatus.merge(status, 1L, Long::sum);
    if (status == ExecutionStatus.VIOLATED || status == ExecutionStatus.REJECTED) {
      byKind.merge(kind, 1L, Long::sum);
    }
    if (status != ExecutionStatus.REJECTED) {
      queue.recordValue(bounded(queueMicros));
      cpu.recordValue(bounded(cpuMicros));
      wall.recordValue(bounded(wallMicros));
    }
  }

  /** All executions. */
  public long total() {
    return byStatus.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Those that ended so. */
  public long count(ExecutionStatus status) {
    return byStatus.getOrDefault(status, 0L);
  }

  /** How many were VIOLATED or REJECTED, by the violation's kind. */
  public Map<String, Long> kinds() {
    return Map.copyOf(byKind);
  }

  /** Time between reading and running, in microseconds. */
  public Histogram queue() {
    return queue;
  }

  /** CPU time, in microseconds. */
  public Histogram cpu() {
    return cpu;
  }

  /** Wall-clock time of the runs, in microseconds. */
  public Histogram wall() {
    return wall;
  }

  private static long bounded(long micros) {
    return Math.clamp(micros, 0, MAX_MICROS);
  }
}
