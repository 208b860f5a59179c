package dev.paddock.worker.cli;

import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.schemas.TrustedContracts;
import dev.paddock.worker.app.Topics;
import dev.paddock.worker.cli.batch.Format;
import dev.paddock.worker.cli.batch.ResultForm;
import dev.paddock.worker.cli.batch.Submission;
import dev.paddock.worker.cli.batch.Tally;
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
import java.util.List;
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
      "Evaluates one script over many inputs, through Kafka and whatever workers there are.",
      "",
      "Input N is the execution BATCH/N, N being its line, of CSV its row behind the header, of Avro"
          + " its record. Each has one result, written in the order of completion. An input that"
          + " cannot be sent, such as a line that is not JSON, has a result with status REJECTED.",
      "",
      "JSONL has a JSON text each line. A row of CSV is an object of texts by the header's names. An"
          + " Avro container file holds records, shown as pipelines show them.",
      "",
      "From a file into a file, the same command goes on where it was stopped, in whatever way: it"
          + " keeps what it needs in RESULTS.resume until all is done. A pipe cannot be read again,"
          + " so a batch from standard input or to standard output has to be begun anew."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:Every input succeeded.",
      "1:Every input has a result, but some did not succeed; or Kafka failed.",
      "2:The command line, a file or the configuration is wrong.",
      "130:Stopped by Ctrl-C; run the same command again to go on."
    },
    footer = {
      "",
      "Progress and the summary go to standard error. Example:",
      "",
      "  zcat orders.jsonl.gz | paddock submit rule.mjs --violations bad.jsonl | jq .output"
    })
final class SubmitCommand implements Callable<Integer> {

  private static final Pattern BATCH = Pattern.compile("[A-Za-z0-9._-]{1,100}");
  private static final long PATIENCE_MILLIS = 20_000;

  @Mixin private final BatchScriptOptions script = new BatchScriptOptions();

  @Option(
      names = "--inputs",
      paramLabel = "FILE",
      description = "The inputs; standard input where it is left out, or -.")
  private @Nullable Path inputs;

  @Option(
      names = "--output",
      paramLabel = "RESULTS",
      description = "Where the results go; standard output where it is left out, or -.")
  private @Nullable Path output;

  @Option(
      names = {"--violations", "--where"},
      paramLabel = "FILE",
      description =
          "Where those results go, instead, that did not succeed: failed, violated or rejected. In"
              + " the format that its name ends in, like the others.")
  private @Nullable Path violations;

  @Option(
      names = "--input-format",
      paramLabel = "FORMAT",
      description =
          "jsonl, csv or avro; as FILE ends in .csv or .avro, else jsonl. CSV is UTF-8 with commas.")
  private @Nullable Format inputFormat;

  @Option(
      names = "--output-format",
      paramLabel = "FORMAT",
      description =
          "The same for RESULTS. Avro has records of ExecutionResult; CSV has a row with all of a"
              + " result but its logs.")
  private @Nullable Format outputFormat;

  @Option(
      names = "--columns",
      paramLabel = "NAME",
      split = ",",
      description =
          "Of CSV, members of the output that have columns of their own, instead of one column for"
              + " the whole output.")
  private List<String> columns = List.of();

  @Option(
      names = "--ordered",
      description =
          "Write results in the order of the inputs. Those that come before their turn, up to"
              + " --window of them, are kept in memory.")
  private boolean ordered;

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
      paramLabel = "COUNT",
      defaultValue = "5000",
      description =
          "How far beyond the first unfinished input inputs are sent, 1 to 1,000,000"
              + " (${DEFAULT-VALUE}).")
  private int window;

  @Mixin private final LimitOptions limits = new LimitOptions();
  @Mixin private final ChanceOptions chance = new ChanceOptions();
  @Mixin private final ConfigurationOptions configuration = new ConfigurationOptions();

  private final Terminal err = Terminal.stderr();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Logs.errorsOnly();
    Configuration settings = configuration.read();
    Submission.Plan plan = plan();
    Topics.requireForBatch(settings);
    View view = new View(plan);
    long begunNanos = System.nanoTime();
    Submission.Outcome outcome;
    try (Shutdown shutdown = new Shutdown(PATIENCE_MILLIS);
        view) {
      outcome = new Submission(settings, plan, view).run(newBatchName(), shutdown::isRequested);
      view.close();
      if (!outcome.complete()) {
        err.out()
            .printf(
                "Stopped with %,d lines finished. %s%n",
                outcome.finished(),
                plan.isResumable()
                    ? "Run the same command again to go on."
                    : "A pipe cannot be gone on with: begin anew.");
        return Shutdown.INTERRUPTED;
      }
    }
    BatchSummary.lines(
            outcome.tally(), outcome.finished() - view.before, System.nanoTime() - begunNanos)
        .forEach(err.out()::println);
    if (plan.results() != null) {
      err.out().println("  results: " + plan.results());
    }
    if (plan.failures() != null) {
      err.out().println("  violations: " + plan.failures());
    }
    return outcome.tally().count(ExecutionStatus.SUCCEEDED) == outcome.tally().total() ? 0 : 1;
  }

  private Submission.Plan plan() {
    Path from = fileOf(inputs);
    Path to = fileOf(output);
    Path failures = fileOf(violations);
    if (from == null && script.isStdin()) {
      throw CommandFailure.usage(
          "Script and inputs cannot both come from standard input; name a file with --inputs");
    }
    if (violations != null && (failures == null || failures.equals(to))) {
      throw CommandFailure.usage(
          "--violations is " + violations + "; it must be a file, another than --output");
    }
    if (batch != null && !BATCH.matcher(batch).matches()) {
      throw CommandFailure.usage(
          "--batch is '%s'; it must be 1 to 100 letters, digits, dots, dashes or underscores"
              .formatted(batch));
    }
    if (window < 1 || window > 1_000_000) {
      throw CommandFailure.usage("--window is " + window + "; it must be 1 to 1,000,000");
    }
    if (from != null && (!Files.isReadable(from) || Files.isDirectory(from))) {
      throw CommandFailure.usage("The inputs " + from + " cannot be read: no such file");
    }
    requireFolder(to);
    requireFolder(failures);
    ResultForm form = new ResultForm(outputFormat == null ? Format.of(to) : outputFormat, columns);
    if (!columns.isEmpty()
        && form.format() != Format.CSV
        && (failures == null || Format.of(failures) != Format.CSV)) {
      throw CommandFailure.usage("--columns is for results in CSV; add --output-format csv");
    }
    return new Submission.Plan(
        template(),
        from,
        inputFormat == null ? Format.of(from) : inputFormat,
        to,
        form,
        failures,
        ordered,
        batch,
        window);
  }

  private ExecutionRequest template() {
    TrustedContracts.trust();
    ExecutionRequest.Builder template =
        ExecutionRequest.newBuilder().setTenant(tenant).setLimits(limits.limits());
    script.addTo(template);
    chance.addTo(template);
    return template.build();
  }

  /** The file that is named, or null where that is a standard stream. */
  private static @Nullable Path fileOf(@Nullable Path named) {
    return ScriptFile.isStdin(named) ? null : named;
  }

  /** Refuses a file that cannot be made where it is to be. */
  static void requireFolder(@Nullable Path file) {
    Path folder = file == null ? null : file.toAbsolutePath().getParent();
    if (file != null && (folder == null || !Files.isDirectory(folder))) {
      throw CommandFailure.usage("The folder of " + file + " does not exist; make it first");
    }
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

    private final Submission.Plan plan;
    private @Nullable Progress progress;
    private long before;

    View(Submission.Plan plan) {
      this.plan = plan;
    }

    @Override
    public void begun(String name, long finished, long total) {
      before = finished;
      String what =
          total < 0 ? "Batch %s".formatted(name) : "Batch %s: %,d lines".formatted(name, total);
      err.out()
          .println(
              finished == 0
                  ? what
                  : "%s, %,d of them finished already in %s"
                      .formatted(what, finished, plan.results()));
      // Results on the same terminal are progress enough.
      if (plan.results() != null || !Terminal.stdout().isInteractive()) {
        progress = new Progress(err, "submit", finished, total);
      }
    }

    @Override
    public void step(Tally tally) {
      if (progress != null) {
        progress.step(() -> BatchSummary.brief(tally));
      }
    }

    @Override
    public void silence(Duration since) {
      String warning =
          err.style(
              Style.WARNING,
              "  No result for "
                  + since.toSeconds()
                  + " s. Is a worker running? Start one with: paddock worker");
      if (progress != null) {
        progress.say(warning);
      } else {
        err.out().println(warning);
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
