package dev.paddock.worker.cli.demo;

import dev.paddock.schemas.ExecutionError;
import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.worker.cli.batch.Tally;
import dev.paddock.worker.cli.terminal.Table;
import dev.paddock.worker.cli.terminal.Terminal;
import dev.paddock.worker.cli.terminal.Terminal.Style;
import dev.paddock.worker.cli.terminal.Units;
import dev.paddock.worker.pool.PoolStatistics;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** Shows what came of the demo. */
public final class DemoReport {

  private static final int MEDIAN = 50;
  private static final int RARE = 99;

  private final Terminal terminal;
  private final DemoResults results;

  /** Shows these results there. */
  public DemoReport(Terminal terminal, DemoResults results) {
    this.terminal = terminal;
    this.results = results;
  }

  /** Prints it all. */
  public void print(PoolStatistics sandboxes) {
    printTable();
    printEndings();
    printExample();
    line("");
    line(
        "  Sandboxes: %d started, %d killed because their script would not stop, %d crashed."
            .formatted(sandboxes.started(), sandboxes.killed(), sandboxes.crashed()));
  }

  private void printTable() {
    Table table = new Table(Table.Align.RIGHT);
    table.row("", "", "", "", "", "queue", "", "CPU", "", "wall", "");
    table.row(
        "script",
        "runs",
        "ok",
        "failed",
        "violated",
        "median",
        "p99",
        "median",
        "p99",
        "median",
        "p99");
    DemoScript.HONEST.forEach(script -> row(table, script));
    DemoScript.HOSTILE.forEach(script -> row(table, script));
    List<String> lines = table.lines();
    line("");
    line(terminal.style(Style.QUIET, lines.get(0)));
    line(terminal.style(Style.QUIET, lines.get(1)));
    int firstHostile = 2 + DemoScript.HONEST.size();
    lines.subList(2, firstHostile).forEach(this::line);
    line("");
    lines.subList(firstHostile, lines.size()).forEach(this::line);
  }

  private void row(Table table, DemoScript script) {
    Tally tally = results.tally(script.name());
    table.row(
        script.name(),
        Units.count(tally.total()),
        Units.countOrDot(tally.count(ExecutionStatus.SUCCEEDED)),
        Units.countOrDot(tally.count(ExecutionStatus.FAILED)),
        Units.countOrDot(tally.count(ExecutionStatus.VIOLATED)),
        at(tally.queue(), MEDIAN),
        at(tally.queue(), RARE),
        at(tally.cpu(), MEDIAN),
        at(tally.cpu(), RARE),
        at(tally.wall(), MEDIAN),
        at(tally.wall(), RARE));
  }

  private void printEndings() {
    Table table = new Table(Table.Align.LEFT);
    for (DemoScript script : DemoScript.HOSTILE) {
      table.row(script.name(), kinds(script), message(script));
    }
    DemoScript throwing = DemoScript.HONEST.getLast();
    table.row(throwing.name(), kinds(throwing), message(throwing));
    line("");
    line(terminal.style(Style.HEADING, "  How the failed and the violated ended"));
    table.lines().forEach(text -> line(cut(text)));
  }

  /** The violations' kinds, with their numbers where there are several; else the error's name. */
  private String kinds(DemoScript script) {
    TreeMap<String, Long> kinds = new TreeMap<>(results.tally(script.name()).kinds());
    if (kinds.size() > 1) {
      return kinds.entrySet().stream()
          .map(kind -> kind.getKey() + " " + kind.getValue())
          .collect(Collectors.joining(", "));
    }
    ExecutionError error = results.error(script.name());
    return error == null ? "" : error.getName();
  }

  private String message(DemoScript script) {
    ExecutionError error = results.error(script.name());
    return error == null ? "" : error.getMessage();
  }

  private void printExample() {
    String enriched = results.enriched();
    if (enriched == null) {
      return;
    }
    line("");
    line(terminal.style(Style.HEADING, "  One of the outputs of enrich.mjs"));
    wrap(enriched).forEach(text -> line("  " + text));
  }

  /** Breaks JSON text behind a comma, where there is one. */
  private List<String> wrap(String json) {
    int width = terminal.width() - 2;
    List<String> lines = new ArrayList<>();
    String rest = json;
    while (rest.length() > width) {
      int comma = rest.lastIndexOf(',', width - 1);
      int end = comma > 0 ? comma + 1 : width;
      lines.add(rest.substring(0, end));
      rest = rest.substring(end);
    }
    lines.add(rest);
    return lines;
  }

  private String cut(String text) {
    return text.length() <= terminal.width() ? text : text.substring(0, terminal.width() - 1) + "…";
  }

  private static String at(Histogram histogram, int percentile) {
    return histogram.getTotalCount() == 0
        ? "·"
        : Units.micros(histogram.getValueAtPercentile(percentile));
  }

  private void line(String text) {
    PrintStream out = terminal.out();
    out.println(text);
  }
}
