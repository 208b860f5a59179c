package dev.paddock.worker.cli;

import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Breach;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.GuestError;
import dev.paddock.sandbox.wire.Script;
import dev.paddock.sandbox.wire.Task;
import dev.paddock.worker.GuestScripts;
import dev.paddock.worker.ViolationKinds;
import dev.paddock.worker.cli.terminal.Terminal;
import dev.paddock.worker.cli.terminal.Terminal.Style;
import dev.paddock.worker.cli.terminal.Units;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.pool.Verdict;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** One script in a sandbox, without Kafka. */
@Command(
    name = "run",
    description = "Runs one script in a sandbox, without Kafka.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:The script succeeded; its output is on standard output, as JSON.",
      "1:The script failed: it threw, rejected or did not parse.",
      "2:The command line, the input or the configuration is wrong.",
      "3:A quota or policy stopped the script."
    },
    footer = {
      "",
      "Logs, errors and what the run used go to standard error. Example:",
      "",
      "  echo 'input.amount > 100' | paddock run - --input '{\"amount\": 120}'"
    })
final class RunCommand implements Callable<Integer> {

  static final int SUCCEEDED = 0;
  static final int FAILED = 1;
  static final int VIOLATED = 3;

  @Mixin private final ScriptOptions script = new ScriptOptions();
  @Mixin private final OneRun run = new OneRun();
  @Mixin private final LimitOptions limits = new LimitOptions();
  @Mixin private final ChanceOptions chance = new ChanceOptions();
  @Mixin private final ConfigurationOptions configuration = new ConfigurationOptions();

  private final Terminal err = Terminal.stderr();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Logs.errorsOnly();
    Configuration settings = configuration.read();
    Task task = run.task(settings, GuestScripts.of(script.read()), limits.limits(), chance);
    try (Shutdown _ = new Shutdown(0)) {
      return switch (OneRun.run(settings, task)) {
        case Verdict.Answered answered -> show(answered.answer(), task);
        case Verdict.Crashed crashed -> {
          print(Style.BAD, "violated SANDBOX_CRASH: " + crashed.message());
          yield VIOLATED;
        }
      };
    }
  }

  private int show(Answer answer, Task task) {
    answer
        .logs()
        .forEach(
            line ->
                print(
                    Style.QUIET,
                    line.level().name().toLowerCase(Locale.ROOT) + ": " + line.message()));
    if (answer.logsTruncated()) {
      print(Style.QUIET, "(more log lines were cut off)");
    }
    int exitCode =
        switch (answer.ending()) {
          case Ending.Succeeded(String output) -> {
            succeeded(output);
            yield SUCCEEDED;
          }
          case Ending.Failed(GuestError error) -> {
            failed(error, task);
            yield FAILED;
          }
          case Ending.Stopped(Breach breach) -> {
            print(
                Style.BAD,
                "violated %s: %s".formatted(ViolationKinds.of(breach.quota()), breach.message()));
            yield VIOLATED;
          }
        };
    print(
        Style.QUIET,
        "used: CPU %s, wall %s, %,d KiB allocated"
            .formatted(
                Units.micros(answer.usage().cpuMicros()),
                Units.micros(answer.usage().wallMicros()),
                answer.usage().allocatedBytes() >> 10));
    return exitCode;
  }

  private void succeeded(@Nullable String output) {
    if (output == null) {
      print(Style.QUIET, "(the output is undefined)");
    } else {
      PrintStream out = Terminal.stdout().out();
      out.println(output);
      out.flush();
    }
  }

  private void failed(GuestError error, Task task) {
    print(Style.BAD, "failed" + where(error, task.script()));
    if (error.stack() != null) {
      error.stack().lines().skip(1).forEach(line -> print(Style.QUIET, line));
    }
    if (task.script().kind() == Script.Kind.SCRIPT
        && error.name().equals("SyntaxError")
        && task.script().source().contains("export default")) {
      print(Style.WARNING, "This looks like an ES module: use --module, or name it .mjs");
    }
  }

  /** Where and with what a script failed, to be put behind a word. */
  static String where(GuestError error, Script script) {
    String place =
        error.line() == 0
            ? ""
            : " at %s, line %d, column %d".formatted(script.name(), error.line(), error.column());
    return place + ": " + error.name() + ": " + error.message();
  }

  /** Guests choose these words, so control characters must not reach the terminal. */
  private void print(Style style, String text) {
    err.out().println(err.style(style, Terminal.harmless(text)));
  }
}
