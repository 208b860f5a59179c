package dev.paddock.worker.cli;

import dev.paddock.schemas.InlineScript;
import dev.paddock.worker.Position;
import dev.paddock.worker.app.Topics;
import dev.paddock.worker.cli.replay.DifferencesFile;
import dev.paddock.worker.cli.replay.Finding;
import dev.paddock.worker.cli.replay.Match;
import dev.paddock.worker.cli.replay.Replay;
import dev.paddock.worker.cli.replay.ReplayRefusedException;
import dev.paddock.worker.cli.replay.Selection;
import dev.paddock.worker.cli.terminal.Progress;
import dev.paddock.worker.cli.terminal.Terminal;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.KafkaRefusal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Requests that were answered, once more. */
@Command(
    name = "replay",
    description = {
      "Runs requests again that workers have answered, in sandboxes here, and compares with the"
          + " recorded results. Writes nothing to Kafka and joins no group.",
      "",
      "A script sees the same input, clock and randomness as it did then, and of the catalog the"
          + " version that ran. Compared are status, violation, output, error and logs; times are shown"
          + " but are no difference. Defaults and ceilings of limits are those of the configuration here.",
      "",
      "Results are looked for from a quarter of an hour before the first request on. Records of"
          + " pipelines cannot be replayed: of them no results are kept."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:Whatever has a result ended the same.",
      "1:Some ended otherwise, there was nothing to compare, or Kafka failed.",
      "2:The command line, a file or the configuration is wrong.",
      "130:Stopped by Ctrl-C."
    },
    footer = {
      "",
      "Progress goes to standard error. What would this change have done to the last hour's requests?",
      "",
      "  paddock replay --from 1h --script-id pricing --script rule.js --output differences.jsonl"
    })
final class ReplayCommand implements Callable<Integer> {

  private static final Pattern SHORT_POSITION = Pattern.compile("(\\d{1,9}):(\\d{1,18})");
  private static final long PATIENCE_MILLIS = 20_000;
  private static final int MOST = 1_000_000;
  private static final int MOST_EXAMPLES = 1000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--execution",
      paramLabel = "ID",
      description = "The request with this execution id; --from and --to say where to look for it.")
  private @Nullable String execution;

  @Option(
      names = "--position",
      paramLabel = "POSITION",
      description =
          "The request at PARTITION:OFFSET, or TOPIC-PARTITION-OFFSET as results and violations"
              + " have it.")
  private @Nullable String position;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description =
          "All requests from this time on: 2026-11-26T03:00:00Z, or 90s, 15m, 1h, 7d for so long"
              + " ago.")
  private @Nullable String from;

  @Option(names = "--to", paramLabel = "TIME", description = "Up to this time; now.")
  private @Nullable String to;

  @Option(names = "--tenant", paramLabel = "NAME", description = "Of those, only this tenant's.")
  private @Nullable String tenant;

  @Option(
      names = "--script-id",
      paramLabel = "ID",
      description = "Of those, only the ones that name this script of the catalog.")
  private @Nullable String scriptId;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description =
          "Of those, no more than the first N, partition by partition: 1 to 1,000,000 (100000).")
  private @Nullable Integer limit;

  @Mixin private final ReplayScriptOptions script = new ReplayScriptOptions();

  @Option(names = "--ignore-logs", description = "Do not compare what scripts log.")
  private boolean ignoreLogs;

  @Option(
      names = "--examples",
      paramLabel = "N",
      defaultValue = "5",
      description = "How many of each kind to show, 0 to 1000 (${DEFAULT-VALUE}).")
  private int examples;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "Where every difference goes: a line of JSON each, with both results.")
  private @Nullable Path output;

  @Mixin private final ConfigurationOptions configuration = new ConfigurationOptions();

  private final Terminal err = Terminal.stderr();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Logs.errorsOnly();
    Configuration settings = configuration.read();
    Selection selection = selection(settings.topics().requests());
    if (examples < 0 || examples > MOST_EXAMPLES) {
      throw CommandFailure.usage("--examples is " + examples + "; it must be 0 to 1000");
    }
    SubmitCommand.requireFolder(output);
    InlineScript instead = script.script();
    Topics.requireForReplay(settings);
    Replay.Plan plan = new Replay.Plan(selection, instead, !ignoreLogs);
    PrintWriter out = spec.commandLine().getOut();
    try (Shutdown shutdown = new Shutdown(PATIENCE_MILLIS);
        DifferencesFile differences = output == null ? null : new DifferencesFile(output);
        View view = new View(new ReplayReport(examples), differences)) {
      Replay.Ended ended =
          new Replay(settings, Paddock.home(), plan, view).run(shutdown::isRequested);
      view.end();
      if (!ended.complete()) {
        err.out().println("Stopped before all was replayed");
        return Shutdown.INTERRUPTED;
      }
      view.report.lines(selection instanceof Selection.Range).forEach(out::println);
      if (ended.cutOff()) {
        out.println("  There are more requests; --limit says how many of them are replayed");
      }
      if (output != null) {
        out.println("  differences: " + output);
      }
      out.flush();
      return view.report.isAllSame() ? 0 : 1;
    } catch (ReplayRefusedException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()));
    } catch (KafkaException e) {
      throw new CommandFailure(
          "Requests and results cannot be read: " + KafkaRefusal.describe(e, AclOperation.READ));
    }
  }

  private Selection selection(String topic) {
    Instant now = Instant.now();
    Instant since = from == null ? null : Moment.read("--from", from, now);
    Instant until = to == null ? null : Moment.read("--to", to, now);
    if (since != null && until != null && !since.isBefore(until)) {
      throw CommandFailure.usage("--from, %s, is not before --to, %s".formatted(since, until));
    }
    boolean ofTime = since != null || until != null;
    boolean clear = execution != null ? position == null : (position != null) != ofTime;
    if (!clear) {
      throw CommandFailure.usage(
          "Say which requests: --execution ID, --position POSITION, or a time with --from or --to");
    }
    if ((execution != null || position != null)
        && (tenant != null || scriptId != null || limit != null)) {
      throw CommandFailure.usage(
          "--tenant, --script-id and --limit are for the requests of a time, --from or --to");
    }
    if (position != null) {
      return at(position, topic);
    }
    if (execution != null) {
      return new Selection.Named(execution, since, until);
    }
    int most = limit == null ? MOST / 10 : limit;
    if (most < 1 || most > MOST) {
      throw CommandFailure.usage("--limit is " + most + "; it must be 1 to 1,000,000");
    }
    return new Selection.Range(since, until, tenant, scriptId, most);
  }

  private static Selection.At at(String text, String topic) {
    Matcher brief = SHORT_POSITION.matcher(text);
    if (brief.matches()) {
      return new Selection.At(Integer.parseInt(brief.group(1)), Long.parseLong(brief.group(2)));
    }
    Position read = Position.parse(text);
    if (read == null) {
      throw CommandFailure.usage(
          "--position is '%s'; it must be a partition and an offset, such as 3:120 or %s-3-120"
              .formatted(text, topic));
    }
    if (!read.topic().equals(topic)) {
      throw CommandFailure.usage(
          "--position is in topic %s; requests are in %s, and records of pipelines have no result to compare with"
              .formatted(read.topic(), topic));
    }
    return new Selection.At(read.partition(), read.offset());
  }

  /** Shows how it goes, and keeps what comes. */
  private final class View implements Replay.Listener, AutoCloseable {

    private final ReplayReport report;
    private final @Nullable DifferencesFile differences;
    private @Nullable Progress progress;

    View(ReplayReport report, @Nullable DifferencesFile differences) {
      this.report = report;
      this.differences = differences;
    }

    @Override
    public void begin(Replay.Phase phase, long steps) {
      end();
      progress =
          new Progress(
              err,
              switch (phase) {
                case SEARCH -> "look for requests";
                case RESULTS -> "look for results";
                case RUN -> "replay";
              },
              0,
              steps);
    }

    @Override
    public void step() {
      if (progress != null) {
        progress.step(() -> report.brief());
      }
    }

    @Override
    public void found(Finding finding) throws IOException {
      report.add(finding);
      if (differences != null
          && finding instanceof Finding.Run run
          && run.match() != Match.SAME
          && run.match() != Match.NO_RESULT) {
        differences.add(run);
      }
    }

    @Override
    public void close() {
      end();
    }

    private void end() {
      if (progress != null) {
        progress.close();
        progress = null;
      }
    }
  }
}
