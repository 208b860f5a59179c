package dev.paddock.loadtest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.paddock.worker.cli.terminal.Table;
import dev.paddock.worker.cli.terminal.Units;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What came of a comparison: tables, and a folder with {@code result.json}, plots, and {@code
 * index.html}.
 *
 * @param about what was run and where, line by line
 * @param absent who was left out or could not be measured, and why
 * @param contenders what the names of the others mean
 * @param scores of each contender, script and round
 * @param verdicts of each attack on each isolation
 */
record PeersReport(
    Map<String, String> about,
    Map<String, String> absent,
    Map<String, String> contenders,
    List<PeerScore> scores,
    List<Assault.Verdict> verdicts) {

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** One contender's rounds with one script. */
  private record Row(List<PeerScore> rounds) {

    double median(ToDoubleFunction<PeerScore> value) {
      Samples samples = new Samples();
      rounds.forEach(score -> samples.add(value.applyAsDouble(score)));
      return samples.median();
    }

    double perCpuSecond() {
      return 1e9 / median(PeerScore::cpuNanosEach);
    }

    /** Of the round with the median of it; null where it was not measured. */
    @Nullable Double microsAtHalf(double percentile) {
      Samples samples = new Samples();
      for (PeerScore score : rounds) {
        SortedMap<Double, Long> micros = score.microsAtHalf();
        if (micros == null) {
          return null;
        }
        samples.add((double) Objects.requireNonNull(micros.get(percentile)));
      }
      return samples.median();
    }
  }

  /** As the terminal shows it. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (String script : scripts()) {
      lines.add("The script \"%s\"".formatted(script));
      lines.addAll(speeds(script));
      lines.add("");
    }
    if (!verdicts.isEmpty()) {
      lines.add("Attacks");
      lines.addAll(attacks());
      lines.add("");
      Set<String> words = new LinkedHashSet<>(Assault.LOSSES.keySet());
      words.removeIf(word -> verdicts.stream().noneMatch(one -> word.equals(one.lost())));
      words.forEach(word -> lines.add("  %-7s %s".formatted(word, Assault.LOSSES.get(word))));
      lines.add("");
    }
    absent.forEach((name, why) -> lines.add("  left out: %s: %s".formatted(name, why)));
    return lines;
  }

  private List<String> speeds(String script) {
    Table table = new Table(Table.Align.RIGHT);
    table.row(
        "", "a second", "CPU each", "by CPU-second", "median", "p99 at half", "memory at most");
    rows(script)
        .forEach(
            (name, row) ->
                table.row(
                    name,
                    Units.count(Math.round(row.median(PeerScore::perSecond))),
                    Figures.micros(row.median(PeerScore::cpuNanosEach)),
                    Units.count(Math.round(row.perCpuSecond())),
                    micros(row.microsAtHalf(50)),
                    micros(row.microsAtHalf(99)),
                    memory((long) row.median(PeerScore::memoryBytes))));
    return table.lines();
  }

  private static String micros(@Nullable Double value) {
    return value == null ? "" : Units.micros(value.longValue());
  }

  private static String memory(long bytes) {
    return bytes == 0 ? "" : Figures.mebibytes(bytes);
  }

  private List<String> attacks() {
    Map<String, Map<String, String>> byAttack = new LinkedHashMap<>();
    Set<String> isolations = new LinkedHashSet<>();
    for (Assault.Verdict verdict : verdicts) {
      isolations.add(verdict.contender());
      byAttack
          .computeIfAbsent(verdict.attack(), _ -> new LinkedHashMap<>())
          .put(verdict.contender(), Objects.requireNonNullElse(verdict.lost(), "✓"));
    }
    Table table = new Table(Table.Align.RIGHT);
    table.row("", List.copyOf(isolations));
    byAttack.forEach(
        (attack, cells) ->
            table.row(
                attack, isolations.stream().map(one -> cells.getOrDefault(one, "")).toList()));
    return table.lines();
  }

  private Set<String> scripts() {
    Set<String> scripts = new LinkedHashSet<>();
    scores.forEach(score -> scripts.add(score.script()));
    return scripts;
  }

  private Map<String, Row> rows(String script) {
    Map<String, Row> rows = new LinkedHashMap<>();
    for (PeerScore score : scores) {
      if (score.script().equals(script)) {
        rows.computeIfAbsent(score.contender(), _ -> new Row(new ArrayList<>()))
            .rounds()
            .add(score);
      }
    }
    return rows;
  }

  /**
   * Writes it; files of the same names are replaced.
   *
   * @return why there are no plots, or an empty text
   */
  String write(Path folder) throws IOException {
    JSON.writeValue(folder.resolve("result.json").toFile(), this);
    Plots plots = new Plots(folder);
    String problem =
        Plots.problem(
            () -> {
              for (String script : scripts()) {
                plot(plots, script);
              }
            });
    Files.writeString(
        folder.resolve("index.html"),
        Page.html("Paddock beside what people use", about, lines(), plots.titles()),
        UTF_8);
    return problem;
  }

  private void plot(Plots plots, String script) throws IOException {
    Map<String, Double> perSecond = new LinkedHashMap<>();
    Map<String, Double> perCpuSecond = new LinkedHashMap<>();
    Map<String, Double> millis = new LinkedHashMap<>();
    // Whoever only moves records would leave the others no room.
    rows(script)
        .forEach(
            (name, row) -> {
              if (!name.startsWith("identity")) {
                perSecond.put(name, row.median(PeerScore::perSecond));
                perCpuSecond.put(name, row.perCpuSecond());
                Double micros = row.microsAtHalf(99);
                if (micros != null) {
                  millis.put(name, micros / 1000);
                }
              }
            });
    if (perSecond.isEmpty()) {
      return;
    }
    plots.bars(
        "throughput-" + script, "Results a second, " + script, "results a second", perSecond);
    plots.bars(
        "cpu-" + script,
        "Executions by CPU-second, " + script,
        "executions by CPU-second",
        perCpuSecond);
    plots.bars("latency-" + script, "99th percentile at half of the rate, " + script, "ms", millis);
  }
}
