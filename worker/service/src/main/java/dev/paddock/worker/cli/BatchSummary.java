package dev.paddock.worker.cli;

import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.worker.cli.batch.Tally;
import dev.paddock.worker.cli.terminal.Table;
import dev.paddock.worker.cli.terminal.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** What a batch came to, as lines of text. */
final class BatchSummary {

  private BatchSummary() {}

  /** How it stands, in a line. */
  static String brief(Tally tally) {
    long rejected = tally.count(ExecutionStatus.REJECTED);
    return "%s succeeded, %s failed, %s violated%s"
        .formatted(
            Units.count(tally.count(ExecutionStatus.SUCCEEDED)),
            Units.count(tally.count(ExecutionStatus.FAILED)),
            Units.count(tally.count(ExecutionStatus.VIOLATED)),
            rejected == 0 ? "" : ", " + Units.count(rejected) + " rejected");
  }

  /**
   * The summary.
   *
   * @param finishedNow lines that this run finished
   * @param nanos how long it took, in ns
   */
  static List<String> lines(Tally tally, long finishedNow, long nanos) {
    List<String> lines = new ArrayList<>();
    Table counts = new Table(Table.Align.RIGHT);
    for (ExecutionStatus status : ExecutionStatus.values()) {
      if (tally.count(status) > 0) {
        counts.row(status.name().toLowerCase(Locale.ROOT), Units.count(tally.count(status)));
      }
    }
    counts.row("all", Units.count(tally.total()));
    lines.addAll(counts.lines());
    if (!tally.kinds().isEmpty()) {
      lines.add("  violations: " + kinds(tally));
    }
    if (tally.wall().getTotalCount() > 0) {
      lines.add("");
      Table times = new Table(Table.Align.RIGHT);
      times.row("", "median", "p99");
      time(times, "queue", tally.queue());
      time(times, "CPU", tally.cpu());
      time(times, "wall", tally.wall());
      lines.addAll(times.lines());
    }
    double seconds = Math.max(nanos, 1) / 1e9;
    lines.add("");
    lines.add(
        String.format(
            Locale.ROOT,
            "  %,d lines in %.1f s, %,.0f a second",
            finishedNow,
            seconds,
            finishedNow / seconds));
    return lines;
  }

  private static void time(Table table, String name, Histogram histogram) {
    table.row(
        name,
        Units.micros(histogram.getValueAtPercentile(50)),
        Units.micros(histogram.getValueAtPercentile(99)));
  }

  private static String kinds(Tally tally) {
    Map<String, Long> sorted = new TreeMap<>(tally.kinds());
    return sorted.entrySet().stream()
        .map(kind -> kind.getKey() + " " + Units.count(kind.getValue()))
        .collect(Collectors.joining(", "));
  }
}
