package dev.paddock.worker.cli;

import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Breach;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.GuestError;
import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.Script;
import dev.paddock.sandbox.wire.Task;
import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.ScriptKind;
import dev.paddock.worker.JsonText;
import dev.paddock.worker.ViolationKinds;
import dev.paddock.worker.cli.terminal.Terminal;
import dev.paddock.worker.cli.terminal.Terminal.Style;
import dev.paddock.worker.cli.terminal.Units;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.pool.SandboxCommand;
import dev.paddock.worker.pool.SandboxPool;
import dev.paddock.worker.pool.Verdict;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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

  private static final String EXECUTION_ID = "run";

  @Mixin private final ScriptOptions script = new ScriptOptions();
  @Mixin private final LimitOptions limits = new LimitOptions();
  @Mixin private final ConfigurationOptions configuration = new ConfigurationOptions();

  @ArgGroup private final Input input = new Input();

  /** Where the input comes from. */
  private static final class Input {
    @Option(names = "--input", paramLabel = "JSON", description = "The input; null if not given.")
    private @Nullable String text;

    @Option(
        names = "--input-file",
        paramLabel = "FILE",
        description = "File that holds the input instead.")
    private @Nullable Path file;
  }

  private final Terminal err = Terminal.stderr();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Logs.errorsOnly();
    Configuration settings = configuration.read();
    Task task = task(settings);
    SandboxCommand command =
        SandboxCommand.of(Paddock.home(), settings.limits().ceilings().heapBytes());
    try (Shutdown _ = new Shutdown(0);
        SandboxPool pool = new SandboxPool(command, settings.pool().single())) {
      pool.awaitReady(settings.pool().startTimeout());
      return switch (pool.run(task)) {
        case Verdict.Answered answered -> show(answered.answer(), task);
        case Verdict.Crashed crashed -> {
          print(Style.BAD, "violated SANDBOX_CRASH: " + crashed.message());
          yield VIOLATED;
        }
      };
    }
  }

  private Task task(Configuration settings) throws IOException {
    InlineScript source = script.read();
    String text = input.text == null ? "null" : input.text;
    Path file = input.file;
    if (file != null) {
      try {
        text = Files.readString(file);
      } catch (IOException e) {
        throw ScriptOptions.unreadable("input", file.toString(), e);
      }
    }
    String problem = JsonText.problem(text);
    if (problem != null) {
      throw CommandFailure.usage("The input cannot be used: " + problem);
    }
    requireFits("input", text, settings.limits().inputBytes());
    requireFits("script", source.getSource(), settings.limits().sourceBytes());
    Limits quotas = settings.limits().resolve(limits.limits());
    Script.Kind kind =
        source.getKind() == ScriptKind.MODULE ? Script.Kind.MODULE : Script.Kind.SCRIPT;
    return new Task(
        1,
        EXECUTION_ID,
        "default",
        Map.of(),
        new Script(source.getName(), kind, source.getSource()),
        text,
        System.currentTimeMillis(),
        0,
        quotas);
  }

  private static void requireFits(String what, String text, int allowed) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > allowed) {
      throw CommandFailure.usage(
          "The " + what + " has " + bytes + " bytes; " + allowed + " allowed");
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
    String where =
        error.line() == 0
            ? ""
            : " at %s, line %d, column %d"
                .formatted(task.script().name(), error.line(), error.column());
    print(Style.BAD, "failed" + where + ": " + error.name() + ": " + error.message());
    if (error.stack() != null) {
      error.stack().lines().skip(1).forEach(line -> print(Style.QUIET, line));
    }
    if (task.script().kind() == Script.Kind.SCRIPT
        && error.name().equals("SyntaxError")
        && task.script().source().contains("export default")) {
      print(Style.WARNING, "This looks like an ES module: use --module, or name it .mjs");
    }
  }

  /** Guests choose these words, so control characters must not reach the terminal. */
  private void print(Style style, String text) {
    err.out().println(err.style(style, text.replaceAll("[\\p{Cntrl}&&[^\\n\\t]]", "�")));
  }
}
