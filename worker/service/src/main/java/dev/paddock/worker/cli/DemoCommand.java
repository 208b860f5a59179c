package dev.paddock.worker.cli;

import dev.paddock.worker.cli.batch.Exchange;
import dev.paddock.worker.cli.demo.DemoFeed;
import dev.paddock.worker.cli.demo.DemoReport;
import dev.paddock.worker.cli.demo.DemoResults;
import dev.paddock.worker.cli.terminal.Progress;
import dev.paddock.worker.cli.terminal.Steps;
import dev.paddock.worker.cli.terminal.Terminal;
import dev.paddock.worker.cli.terminal.Terminal.Style;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Everything at once, over real data. */
@Command(
    name = "demo",
    description = {
      "Starts a Kafka broker, a schema registry and a worker on this machine, runs honest and hostile"
          + " scripts over a week of earthquakes (U.S. Geological Survey, public domain), shows what"
          + " came of them, and stops everything again."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:Every execution has its result.",
      "1:Something could not start or go on; the last line says what.",
      "2:The command line or the configuration is wrong.",
      "130:Stopped by Ctrl-C."
    })
final class DemoCommand implements Callable<Integer> {

  private static final String BATCH = "demo";

  /** Enough to keep every sandbox busy, little enough that requests do not queue for long. */
  private static final int WINDOW = 400;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder for data and logs, kept afterwards; a temporary one if not given.")
  private @Nullable Path data;

  @Option(
      names = "--records",
      paramLabel = "N",
      description = {
        "How many of the earthquakes, from "
            + DemoFeed.FEWEST_RECORDS
            + " to all "
            + DemoFeed.MOST_RECORDS
            + ". Default: all."
      })
  private int records = DemoFeed.MOST_RECORDS;

  @Option(
      names = "--keep",
      description = "Leave everything running in the end, to look at the topics, until Ctrl-C.")
  private boolean keep;

  @Mixin private final ConfigurationOptions configuration = new ConfigurationOptions();

  private final Terminal terminal = Terminal.stdout();

  @Override
  public Integer call() throws Exception {
    LocalStack.requireHere("demo");
    if (records < DemoFeed.FEWEST_RECORDS || records > DemoFeed.MOST_RECORDS) {
      throw CommandFailure.usage(
          "--records is %d; it must be from %d to %d"
              .formatted(records, DemoFeed.FEWEST_RECORDS, DemoFeed.MOST_RECORDS));
    }
    Path folder = data != null ? data : Files.createTempDirectory("paddock-demo");
    try (Shutdown shutdown = new Shutdown(DevCommand.PATIENCE_MILLIS)) {
      try {
        return run(folder, shutdown);
      } catch (Exception e) {
        if (shutdown.isRequested()) {
          return Shutdown.INTERRUPTED; // whatever failed, failed because it was stopped
        }
        throw e;
      } finally {
        if (data == null) {
          delete(folder);
        }
      }
    }
  }

  private int run(Path folder, Shutdown shutdown) throws Exception {
    Logs.toFile(folder.resolve("paddock.log"));
    line(terminal.style(Style.HEADING, "Paddock: scripts that nobody vouches for, run from Kafka"));
    line("");
    List<String> topics;
    try (LocalStack stack =
        shutdown.whileStarting(
            () -> LocalStack.start(configuration, folder, 0, 0, List.of(), new Steps(terminal)))) {
      topics = stack.configuration().topics().names();
      boolean complete = exchange(stack, shutdown);
      Throwable failure = stack.failure();
      if (failure != null) {
        throw new CommandFailure("The worker cannot go on: " + failure.getMessage());
      }
      if (!complete) {
        line("  Stopping ...");
        return Shutdown.INTERRUPTED;
      }
      if (keep) {
        explainKept(stack);
        shutdown.await();
        line("  Stopping ...");
        return 0;
      }
    }
    line(
        "  Everything that was started is stopped again. To look at the topics, keep it running with:");
    line("  paddock demo --keep (they are " + String.join(", ", topics) + ")");
    line("  To run scripts of your own, see: paddock run --help, paddock dev --help");
    return 0;
  }

  private boolean exchange(LocalStack stack, Shutdown shutdown) throws IOException {
    DemoFeed feed = new DemoFeed(records);
    line("");
    line(
        "  A week of earthquakes, %,d records: a rule over each, an enrichment over every second,"
            .formatted(feed.records()));
    line(
        "  a check that throws over every third; and %d runs of hostile scripts among them."
            .formatted(feed.hostile()));
    long begin = System.nanoTime();
    boolean complete;
    DemoResults results;
    try (Progress progress = new Progress(terminal, "executions", 0, feed.size())) {
      results = new DemoResults(progress::step);
      try (Exchange exchange = new Exchange(stack.configuration(), BATCH, WINDOW, results)) {
        exchange.beginAtEnd();
        complete = exchange.run(feed, () -> shutdown.isRequested() || stack.failure() != null);
      }
    }
    if (complete) {
      double seconds = (System.nanoTime() - begin) / 1e9;
      line(
          String.format(
              Locale.ROOT,
              "  %s %,d executions in %.1f s, %,.0f a second, each with its one result",
              terminal.style(Style.GOOD, "✓"),
              feed.size(),
              seconds,
              feed.size() / seconds));
      new DemoReport(terminal, results).print(stack.worker().pool().statistics());
      line("");
    }
    return complete;
  }

  private void explainKept(LocalStack stack) {
    List<String> topics = stack.configuration().topics().names();
    line("  Still running, until Ctrl-C:");
    line("    broker    " + stack.bootstrapServers());
    line("    registry  " + stack.registryUrl());
    line("    topics    " + String.join(", ", topics));
  }

  private static void delete(Path folder) {
    try {
      new FolderTree(folder).delete();
    } catch (IOException e) {
      throw new UncheckedIOException("The demo's folder " + folder + " cannot be deleted", e);
    }
  }

  private void line(String text) {
    terminal.out().println(text);
    terminal.out().flush();
  }
}
