package dev.paddock.loadtest;

import dev.paddock.loadtest.UsageSampler.Part;
import dev.paddock.worker.cli.CommandExtension;
import dev.paddock.worker.cli.CommandFailure;
import dev.paddock.worker.cli.Paddock;
import dev.paddock.worker.cli.terminal.Table;
import dev.paddock.worker.cli.terminal.Terminal;
import dev.paddock.worker.cli.terminal.Terminal.Style;
import dev.paddock.worker.cli.terminal.Units;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Loads workers on the machine at hand, and reports what came of it. */
@Command(
    name = "load",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Loads workers on this machine with requests, through a broker that it starts and stops.",
      "",
      "With --rate, requests go out at a steady rate, whatever comes back, and times count from when",
      "a request was meant to be sent, so that a stall is not hidden. Without it, all are sent at",
      "once: that shows how many results come a second, and times are those of waiting.",
      "",
      "What paddock.yaml and PADDOCK_ variables say of sandboxes and pool holds for the workers, too."
    })
public final class LoadCommand implements CommandExtension, Callable<Integer> {

  private static final int MOST_REQUESTS = 5_000_000;
  private static final int MOST_SECONDS = 3_600;
  private static final int MOST_WORKERS = 16;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Requests a second. Without it, --requests are sent at once.")
  private @Nullable Double rate;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "With --rate, for how long. Default: ${DEFAULT-VALUE}.")
  private int seconds = 30;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description = "Seconds at --rate before that, which do not count. Default: ${DEFAULT-VALUE}.")
  private int warmUp = 15;

  @Option(
      names = "--requests",
      paramLabel = "N",
      description =
          "Without --rate, how many; half as many are sent before, which do not count. Default:"
              + " ${DEFAULT-VALUE}.")
  private int requests = 20_000;

  @Option(
      names = "--mix",
      paramLabel = "KIND=WEIGHT,...",
      description =
          "What scripts are like: rule, json, template, regex, library (with lodash in it), compute,"
              + " async, hostile. Default: ${DEFAULT-VALUE}.")
  private String mix = "rule=60,json=15,template=10,regex=10,async=5";

  @Option(
      names = "--tenants",
      paramLabel = "N",
      description =
          "How many tenants, beside the one of hostile scripts. Default: ${DEFAULT-VALUE}.")
  private int tenants = 10;

  @Option(
      names = "--skew",
      paramLabel = "S",
      description =
          "The tenant number n sends in proportion to 1 / n^S; 0 for all alike. Default:"
              + " ${DEFAULT-VALUE}.")
  private double skew = 1;

  @Option(
      names = "--payload",
      paramLabel = "BYTES",
      description = "About how large an input is. Default: ${DEFAULT-VALUE}.")
  private int payload = 1024;

  @Option(
      names = "--workers",
      paramLabel = "N,...",
      split = ",",
      hideParamSyntax = true,
      description =
          "Worker processes, each with as many sandboxes as pool.size says; several numbers are"
              + " measured one after another. Default: 1.")
  private List<Integer> workers = List.of(1);

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "Partitions of each topic. Default: ${DEFAULT-VALUE}.")
  private int partitions = 12;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Makes the same requests again. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Set a configuration value of the workers. May be repeated.")
  private Map<String, String> settings = new HashMap<>();

  @Mixin private final ReportFolder report = new ReportFolder();

  @Spec private @Nullable CommandSpec spec;

  private final Terminal terminal = Terminal.stdout();

  @Override
  public Integer call() throws IOException, InterruptedException {
    LoadRun.Amount amount = amount();
    LoadMix scripts =
        new LoadMix(
            LoadMix.weights(mix),
            Counts.positive("--tenants", tenants),
            skew(),
            Counts.positive("--payload", payload),
            seed);
    workers.forEach(count -> Counts.positive("--workers", count, MOST_WORKERS));
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Path folder = report.make("load", now);
    Map<String, String> all = new HashMap<>(settings);
    all.put("topics.partitions", Integer.toString(Counts.positive("--partitions", partitions)));

    PrintStream out = terminal.out();
    Map<String, String> about = about(now);
    about.forEach((name, value) -> out.printf("%-8s %s%n", name, value));
    List<LoadResult> results = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    try (LoopbackKafka kafka = new LoopbackKafka(Paddock.home())) {
      LoadRun run = new LoadRun(kafka, scripts, amount, all);
      for (int count : workers) {
        LoadResult result = run.run(count);
        results.add(result);
        out.println();
        String heading = count == 1 ? "One worker" : result.who();
        out.println(terminal.style(Style.HEADING, heading));
        List<String> shown = lines(result);
        shown.forEach(out::println);
        out.flush();
        lines.addAll(List.of("", heading));
        lines.addAll(shown);
      }
    }
    String problem = new LoadReport(about, lines, results).write(folder);
    out.println();
    if (!problem.isEmpty()) {
      out.println(problem);
    }
    out.println("Report: " + folder.resolve("index.html"));
    return results.stream().allMatch(result -> result.unexpected() == 0) ? 0 : 1;
  }

  private LoadRun.Amount amount() {
    Double perSecond = rate;
    if (perSecond == null) {
      int count = Counts.positive("--requests", requests, MOST_REQUESTS);
      return new LoadRun.Amount(null, count / 2, count);
    }
    if (!(perSecond > 0)) {
      throw CommandFailure.usage("--rate is " + perSecond + "; it must be more than 0");
    }
    int measured = Counts.positive("--seconds", seconds, MOST_SECONDS);
    int warm = Counts.within("--warm-up", warmUp, 0, MOST_SECONDS);
    double total = perSecond * (measured + warm);
    if (total > MOST_REQUESTS || perSecond * measured < 1) {
      throw CommandFailure.usage(
          "--rate for --warm-up and --seconds makes %.0f requests; it must be 1 to %d"
              .formatted(total, MOST_REQUESTS));
    }
    return new LoadRun.Amount(perSecond, (int) (perSecond * warm), (int) (perSecond * measured));
  }

  private double skew() {
    if (!(skew >= 0 && skew <= 10)) {
      throw CommandFailure.usage("--skew is " + skew + "; it must be 0 to 10");
    }
    return skew;
  }

  private Map<String, String> about(Instant now) {
    Map<String, String> about = new LinkedHashMap<>();
    about.put("command", "paddock load " + commandLine());
    about.put("machine", Machine.description());
    about.put("begun", now.toString());
    about.put(
        "load",
        (rate == null
                ? "%,d requests at once".formatted(requests)
                : "%s requests a second for %d s, after %d s that do not count"
                    .formatted(rate, seconds, warmUp))
            + "; "
            + mix
            + "; inputs of "
            + payload
            + " bytes");
    return about;
  }

  private String commandLine() {
    return spec == null
        ? ""
        : spec.commandLine().getParseResult().originalArgs().stream()
            .filter(argument -> !argument.equals("load"))
            .collect(Collectors.joining(" "));
  }

  private static List<String> lines(LoadResult result) {
    List<String> lines = new ArrayList<>();
    Table times = new Table(Table.Align.RIGHT);
    times.row("", Times.HEADINGS);
    result
        .times()
        .forEach(
            (name, spread) ->
                times.row(
                    name,
                    DoubleStream.of(50, 90, 99, 100)
                        .mapToObj(percentile -> Units.micros(spread.at(percentile)))
                        .toList()));
    lines.addAll(times.lines());
    lines.add("");
    Table usage = new Table(Table.Align.RIGHT);
    usage.row("", "CPU each", "memory at most");
    for (Part part : Part.values()) {
      usage.row(
          part.label(),
          Figures.micros(result.cpuNanosEach(part)),
          Figures.mebibytes(result.peakBytes(part)));
    }
    lines.addAll(usage.lines());
    lines.add("");
    Table endings = new Table(Table.Align.RIGHT);
    endings.row("", "how many", "ended");
    result
        .endings()
        .forEach(
            (kind, ways) ->
                ways.forEach(
                    (way, count) ->
                        endings.row(kind, Units.count(count), way.toLowerCase(Locale.ROOT))));
    lines.addAll(endings.lines());
    lines.add("");
    double perCpuSecond = 1e9 / result.cpuNanosEach(Part.WORKERS, Part.SANDBOXES);
    lines.add(
        "  %,d results in %.1f s: %,.0f a second, %,.0f by CPU-second of workers and sandboxes%s"
            .formatted(
                result.requests(),
                result.seconds(),
                result.perSecond(),
                perCpuSecond,
                result.unexpected() == 0
                    ? ""
                    : "; " + result.unexpected() + " ENDED OTHERWISE THAN THEY SHOULD"));
    return lines;
  }
}
