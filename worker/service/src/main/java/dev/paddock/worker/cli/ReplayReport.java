package dev.paddock.worker.cli;

import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.ScriptIdentity;
import dev.paddock.schemas.Usage;
import dev.paddock.worker.cli.batch.Tally;
import dev.paddock.worker.cli.replay.Difference;
import dev.paddock.worker.cli.replay.Finding;
import dev.paddock.worker.cli.replay.Match;
import dev.paddock.worker.cli.terminal.Table;
import dev.paddock.worker.cli.terminal.Terminal;
import dev.paddock.worker.cli.terminal.Units;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What a replay came to, as lines of text. For one thread. */
final class ReplayReport {

  private static final int LONGEST_ENDING = 200;
  private static final String NO_REQUEST = "no request";

  private final int examples;
  private final Map<Match, Integer> counts = new EnumMap<>(Match.class);
  private final Map<Match, List<Finding.Run>> shown = new EnumMap<>(Match.class);
  private final List<Finding.NoRequest> noRequests = new ArrayList<>();
  private final Tally before = new Tally();
  private final Tally now = new Tally();
  private int noRequestCount;
  private @Nullable Finding last;

  /**
   * @param examples how many of each kind are shown
   */
  ReplayReport(int examples) {
    this.examples = examples;
  }

  void add(Finding finding) {
    last = finding;
    switch (finding) {
      case Finding.Run run -> add(run);
      case Finding.NoRequest none -> {
        noRequestCount++;
        if (noRequests.size() < examples) {
          noRequests.add(none);
        }
      }
    }
  }

  private void add(Finding.Run run) {
    counts.merge(run.match(), 1, Integer::sum);
    List<Finding.Run> some = shown.computeIfAbsent(run.match(), _ -> new ArrayList<>());
    if (run.match() != Match.SAME && some.size() < examples) {
      some.add(run);
    }
    if (run.recorded() != null) {
      add(before, run.recorded());
      add(now, run.now());
    }
  }

  private static void add(Tally tally, ExecutionResult result) {
    Usage usage = result.getUsage();
    tally.add(result.getStatus(), "", 0, usage.getCpuMicros(), usage.getWallMicros());
  }

  private int count(Match match) {
    return counts.getOrDefault(match, 0);
  }

  /** Whether whatever has a result ended the same, and something has. */
  boolean isAllSame() {
    return count(Match.SAME) > 0 && unlike() == 0;
  }

  private int unlike() {
    return count(Match.DIFFERENT) + count(Match.NOW_FAILING) + count(Match.NOW_SUCCEEDING);
  }

  /** How it stands, in a few words. */
  String brief() {
    return "%s same, %s not".formatted(Units.count(count(Match.SAME)), Units.count(unlike()));
  }

  /**
   * The report.
   *
   * @param ofMany whether it is one of counts, or of the only request in full
   */
  List<String> lines(boolean ofMany) {
    List<String> lines = new ArrayList<>();
    if (ofMany) {
      addCounts(lines);
      addTimes(lines);
      addExamples(lines);
    } else {
      switch (last) {
        case Finding.Run run -> addWhole(lines, run);
        case Finding.NoRequest none -> lines.add(none.position() + " is " + said(none));
        case null -> throw new IllegalStateException("A replay of nothing");
      }
    }
    return lines.stream().map(line -> Terminal.harmless(line.replace('\n', ' '))).toList();
  }

  private void addCounts(List<String> lines) {
    Table table = new Table(Table.Align.RIGHT);
    for (Match match : Match.values()) {
      table.row(match.text(), Units.countOrDot(count(match)));
    }
    if (noRequestCount > 0) {
      table.row(NO_REQUEST, Units.count(noRequestCount));
    }
    lines.addAll(table.lines());
  }

  private void addTimes(List<String> lines) {
    if (now.wall().getTotalCount() > 0 && before.wall().getTotalCount() > 0) {
      Table table = new Table(Table.Align.RIGHT);
      table.row("", "recorded median", "p99", "now median", "p99");
      addTime(table, "CPU", before.cpu(), now.cpu());
      addTime(table, "wall", before.wall(), now.wall());
      lines.add("");
      lines.addAll(table.lines());
    }
  }

  private static void addTime(Table table, String name, Histogram before, Histogram now) {
    List<String> cells = new ArrayList<>();
    for (Histogram one : List.of(before, now)) {
      cells.add(Units.micros(one.getValueAtPercentile(50)));
      cells.add(Units.micros(one.getValueAtPercentile(99)));
    }
    table.row(name, cells);
  }

  private void addExamples(List<String> lines) {
    shown.forEach(
        (match, runs) -> {
          if (!runs.isEmpty()) {
            Table table = new Table(Table.Align.LEFT);
            for (Finding.Run run : runs) {
              table.row(run.execution().id(), run.position().toString(), said(run));
            }
            addBlock(lines, match.text(), table);
          }
        });
    if (!noRequests.isEmpty()) {
      Table table = new Table(Table.Align.LEFT);
      noRequests.forEach(none -> table.row(none.position().toString(), none.message()));
      addBlock(lines, NO_REQUEST, table);
    }
  }

  private static void addBlock(List<String> lines, String heading, Table table) {
    lines.add("");
    lines.add("  " + heading);
    table.lines().forEach(line -> lines.add("  " + line));
  }

  private static String said(Finding.NoRequest none) {
    return "no request: " + none.message();
  }

  private static String said(Finding.Run run) {
    Difference difference = run.difference();
    if (difference == null) {
      return "now " + ending(run.now());
    }
    String what =
        "%s: %s → %s".formatted(difference.path(), difference.recorded(), difference.now());
    return run.match() == Match.NOT_REPEATABLE
        ? "%s; of the system: %s".formatted(what, run.whatVaries())
        : what;
  }

  private static void addWhole(List<String> lines, Finding.Run run) {
    ExecutionResult recorded = run.recorded();
    lines.add(
        "%s of tenant %s, at %s"
            .formatted(
                run.execution().id(), run.execution().request().getTenant(), run.position()));
    if (recorded != null) {
      lines.add("  recorded  " + ending(recorded));
      lines.add(
          "            %s, by %s at %s%s"
              .formatted(
                  times(recorded),
                  recorded.getWorker(),
                  recorded.getCompletedAt(),
                  script(recorded.getScript())));
    }
    lines.add("  now       " + ending(run.now()));
    lines.add("            " + times(run.now()));
    lines.add(
        run.difference() == null ? run.match().text() : run.match().text() + ", " + said(run));
  }

  private static String times(ExecutionResult result) {
    return "CPU %s, wall %s"
        .formatted(
            Units.micros(result.getUsage().getCpuMicros()),
            Units.micros(result.getUsage().getWallMicros()));
  }

  private static String script(@Nullable ScriptIdentity script) {
    return script == null
        ? ""
        : ", script %s version %d".formatted(script.getId(), script.getVersion());
  }

  private static String ending(ExecutionResult result) {
    String ending = Finding.Run.ending(result);
    return ending.length() <= LONGEST_ENDING ? ending : ending.substring(0, LONGEST_ENDING) + "…";
  }
}
