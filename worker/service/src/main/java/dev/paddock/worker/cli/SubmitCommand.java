package dev.paddock.worker.cli;

import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.worker.app.Topics;
import dev.paddock.worker.cli.batch.Submission;
import dev.paddock.worker.cli.terminal.Progress;
import dev.paddock.worker.cli.terminal.Terminal;
import dev.paddock.worker.cli.terminal.Terminal.Style;
import dev.paddock.worker.config.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A batch through Kafka. */
@Command(
    name = "submit",
    description = {
      "Evaluates one script over a file of inputs, through Kafka and whatever workers there are.",
      "",
      "Each line of FILE is one input, a JSON text; line N is the execution BATCH/N. Each result"
          + " becomes one line of RESULTS, in the order of completion, with the input's line"
          + " number. A line that is not JSON or is too long becomes a result with status REJECTED.",
      "",
      "Stopped in whatever way, the same command goes on where it was: it keeps what it needs in"
          + " RESULTS.resume until all is done."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:Every line succeeded.",
      "1:Every line has a result, but some did not succeed; or Kafka failed.",
      "2:The command line, a file or the configuration is wrong.",
      "130:Stopped by Ctrl-C; run the same command again to go on."
    })
final class SubmitCommand implements Callable<Integer> {

  private static final Pattern BATCH = Pattern.compile("[A-Za-z0-9._-]{1,100}");
  private static final int INTERRUPTED = 130;
  private static final long PATIENCE_MILLIS = 20_000;

  @Mixin private final ScriptOptions script = new ScriptOptions();

  @Option(
      names = "--inputs",
      required = true,
      paramLabel = "FILE",
      description = "The inputs, a JSON text each line (JSON Lines).")
  private @Nullable Path inputs;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "RESULTS",
      description = "Where the results go, as JSON Lines.")
  private @Nullable Path output;

  @Option(
      names = "--batch",
      paramLabel = "NAME",
      description = "Begins every execution id; chosen where it is not given.")
  private @Nullable String batch;

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      defaultValue = "default",
      description = "On whose behalf the script runs (${DEFAULT-VALUE}).")
  private String tenant = "default";

  @Option(
      names = "--window",
      paramLabel = "LINES",
      defaultValue = "5000",
      description =
          "How far beyond the first unfinished line lines are sent, 1 to 1,000,000"
              + " (${DEFAULT-VALUE}).")
  private int window;

  @Mixin private final LimitOptions limits = new LimitOptions();
  @Mixin private final ConfigurationOptions configuration = new ConfigurationOptions();

  private final Terminal err = Terminal.stderr();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Logs.errorsOnly();
    Configuration settings = configuration.read();
    Submission.Plan plan = plan();
    Topics.requireForBatch(settings);
    View view = new View(plan.results());
    long begunNanos = System.nanoTime();
    Submission.Outcome outcome;
    try (Shutdown shutdown = new Shutdown(PATIENCE_MILLIS);
        view) {
      outcome = new Submission(settings, plan, view).run(newBatchName(), shutdown::isRequested);
      view.close();
      if (!outcome.complete()) {
        err.out()
            .printf(
                "Stopped with %,d lines finished. Run the same command again to go on.%n",
                outcome.finished());
        return INTERRUPTED;
      }
    }
    BatchSummary.lines(
            outcome.tally(), outcome.finished() - view.before, System.nanoTime() - begunNanos)
        .forEach(err.out()::println);
    err.out().println("  results: " + plan.results());
    return outcome.tally().count(ExecutionStatus.SUCCEEDED) == outcome.tally().total() ? 0 : 1;
  }

  private Submission.Plan plan() {
    if (inputs == null || output == null) {
      throw CommandFailure.usage("--inputs and --output are needed");
    }
    if (batch != null && !BATCH.matcher(batch).matches()) {
      throw CommandFailure.usage(
          "--batch is '%s'; it must be 1 to 100 letters, digits, dots, dashes or underscores"
              .formatted(batch));
    }
    if (window < 1 || window > 1_000_000) {
      throw CommandFailure.usage("--window is " + window + "; it must be 1 to 1,000,000");
    }
    if (!Files.isReadable(inputs) || Files.isDirectory(inputs)) {
      throw CommandFailure.usage("The inputs " + inputs + " cannot be read: no such file");
    }
    Path folder = output.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw CommandFailure.usage("The folder of " + output + " does not exist; make it first");
    }
    return new Submission.Plan(
        script.read(), inputs, output, batch, tenant, limits.limits(), window);
  }

  private static String newBatchName() {
    return "batch-"
        + DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
            .format(LocalDateTime.now(ZoneId.systemDefault()))
        + "-"
        + Integer.toHexString(ThreadLocalRandom.current().nextInt(0x1000, 0x10000));
  }

  /** Shows how it goes. */
  private final class View implements Submission.Listener, AutoCloseable {

    private final Path results;
    private @Nullable Progress progress;
    private long before;

    View(Path results) {
      this.results = results;
    }

    @Override
    public void begun(String name, long finished, long total) {
      before = finished;
      err.out()
          .println(
              finished == 0
                  ? "Batch %s: %,d lines".formatted(name, total)
                  : "Batch %s: %,d lines, %,d of them finished already in %s"
                      .formatted(name, total, finished, results));
      progress = new Progress(err, "submit", finished, total);
    }

    @Override
    public void step() {
      if (progress != null) {
        progress.step();
      }
    }

    @Override
    public void silence(Duration since) {
      if (progress != null) {
        progress.say(
            err.style(
                Style.WARNING,
                "  No result for "
                    + since.toSeconds()
                    + " s. Is a worker running? Start one with: paddock worker"));
      }
    }

    @Override
    public void close() {
      if (progress != null) {
        progress.close();
        progress = null;
      }
    }
  }
}
