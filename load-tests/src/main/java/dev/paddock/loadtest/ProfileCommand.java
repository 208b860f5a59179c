package dev.paddock.loadtest;

import dev.paddock.worker.cli.CommandExtension;
import dev.paddock.worker.cli.CommandFailure;
import dev.paddock.worker.cli.Paddock;
import dev.paddock.worker.cli.terminal.Terminal;
import dev.paddock.worker.cli.terminal.Terminal.Style;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what a worker and a sandbox spend their CPU time on. */
@Command(
    name = "profile",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Shows what a worker and a sandbox spend their CPU time on, as flame graphs and as tables.",
      "",
      "The worker is profiled under a backlog, through a broker that the command starts and stops,",
      "with its sandboxes confined as always. No recording can leave a confined sandbox: so one",
      "more is started without a worker, not confined but otherwise with the same options, and runs",
      "scripts of the same kinds one after another.",
      "",
      "What paddock.yaml and PADDOCK_ variables say of sandboxes and pool holds here, too."
    })
public final class ProfileCommand implements CommandExtension, Callable<Integer> {

  private static final int MOST_SECONDS = 600;

  private static final String TABLES = "profile.txt";

  @Option(
      names = "--mix",
      paramLabel = "KIND=WEIGHT,...",
      description =
          "What scripts are like, as for paddock load; hostile ones cannot be. Default:"
              + " ${DEFAULT-VALUE}.")
  private String mix = "rule=1";

  @Option(
      names = "--payload",
      paramLabel = "BYTES",
      description = "About how large an input is. Default: ${DEFAULT-VALUE}.")
  private int payload = 1024;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "For how long each of the two is profiled. Default: ${DEFAULT-VALUE}.")
  private int seconds = 20;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description = "Seconds before that, which do not count. Default: ${DEFAULT-VALUE}.")
  private int warmUp = 20;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Set a configuration value of the worker. May be repeated.")
  private Map<String, String> settings = new HashMap<>();

  @Mixin private final ReportFolder report = new ReportFolder();

  private final Terminal terminal = Terminal.stdout();
  private final PrintStream out = terminal.out();
  private final List<String> lines = new ArrayList<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Map<LoadMix.Kind, Integer> weights = LoadMix.weights(mix);
    if (weights.containsKey(LoadMix.Kind.HOSTILE)) {
      throw CommandFailure.usage(
          "--mix has hostile scripts, which end the sandbox that is profiled; leave them out");
    }
    LoadMix scripts = new LoadMix(weights, 1, 0, Counts.positive("--payload", payload), 1);
    Duration warm = Duration.ofSeconds(Counts.within("--warm-up", warmUp, 0, MOST_SECONDS));
    Duration time = Duration.ofSeconds(Counts.positive("--seconds", seconds, MOST_SECONDS));
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Path folder = report.make("profile", now);
    say(Machine.description() + "; " + mix);
    try (LoopbackKafka kafka = new LoopbackKafka(Paddock.home())) {
      Map<String, String> lane = kafka.lane("profile", settings);
      ProfileRun run = new ProfileRun(kafka, lane, scripts, warm, time);
      Path worker = folder.resolve("worker.jfr");
      show("A worker", run.worker(worker), folder.resolve("worker.html"));
      Path sandbox = folder.resolve("sandbox.jfr");
      show("A sandbox that is not confined", run.sandbox(sandbox), folder.resolve("sandbox.html"));
    }
    Files.write(folder.resolve(TABLES), lines);
    out.println();
    out.println(
        "%s has these tables, flame graphs (.html) and recordings (.jfr)".formatted(folder));
    return 0;
  }

  private void show(String title, ProfileRun.Recorded recorded, Path page) throws IOException {
    CpuProfile profile = recorded.profile();
    profile.draw(page, "%s: %s".formatted(title, mix));
    out.println();
    lines.add("");
    out.println(terminal.style(Style.HEADING, title));
    lines.add(title);
    say(
        String.format(
            Locale.ROOT,
            "  %,d executions in %.1f s; %.1f s of CPU, %s each; %,d samples, all in Java threads:"
                + " compilers and collector have none",
            recorded.executions(),
            recorded.nanos() / 1e9,
            recorded.cpuNanos() / 1e9,
            Figures.micros((double) recorded.cpuNanos() / recorded.executions()),
            profile.samples()));
    say("");
    profile.lines().forEach(this::say);
    out.flush();
  }

  /** For the terminal and the file alike. */
  private void say(String line) {
    out.println(line);
    lines.add(line);
  }
}
