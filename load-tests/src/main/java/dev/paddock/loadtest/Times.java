package dev.paddock.loadtest;

import dev.paddock.worker.cli.terminal.Units;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** How long many things took. For any thread. */
final class Times {

  /** What {@link #cells} shows. */
  static final List<String> HEADINGS = List.of("median", "p90", "p99", "most");

  private static final long MAX_MICROS = TimeUnit.MINUTES.toMicros(5);

  private final Histogram micros = new ConcurrentHistogram(MAX_MICROS, 3);

  void addMicros(long value) {
    micros.recordValue(Math.min(MAX_MICROS, value));
  }

  void add(Times others) {
    micros.add(others.micros);
  }

  /** How many there were. */
  long count() {
    return micros.getTotalCount();
  }

  /**
   * In microseconds.
   *
   * @param percentile from 0 to 100
   */
  long micros(double percentile) {
    return micros.getValueAtPercentile(percentile);
  }

  /** As people read it. */
  String text(double percentile) {
    return Units.micros(micros(percentile));
  }

  /** Median, p90, p99 and the longest, as people read them. */
  List<String> cells() {
    return List.of(text(50), text(90), text(99), text(100));
  }
}
