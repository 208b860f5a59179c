package dev.paddock.worker.cli;

import dev.paddock.sandbox.wire.Reuse;
import dev.paddock.sandbox.wire.Script;
import dev.paddock.sandbox.wire.Task;
import dev.paddock.schemas.Limits;
import dev.paddock.worker.JsonText;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.pool.SandboxCommand;
import dev.paddock.worker.pool.SandboxPool;
import dev.paddock.worker.pool.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/**
 * One script with one input in a sandbox of its own, without Kafka: a command's options and run.
 */
final class OneRun {

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

  /**
   * The task that the options and a script make.
   *
   * @param asked for instead of the worker's defaults, or null
   * @throws CommandFailure where input or script cannot be used
   */
  Task task(Configuration settings, Script script, @Nullable Limits asked, ChanceOptions chance) {
    String text = text();
    String problem = JsonText.problem(text);
    if (problem != null) {
      throw CommandFailure.usage("The input cannot be used: " + problem);
    }
    dev.paddock.sandbox.wire.Limits limits = settings.limits().resolve(asked);
    requireFits("input", text.getBytes(StandardCharsets.UTF_8).length, limits.inputBytes());
    requireFits("script's source", script.bytes(), limits.sourceBytes());
    return new Task(
        1,
        "run",
        "default",
        Map.of(),
        script,
        text,
        null,
        System.currentTimeMillis(),
        0,
        chance.clock(),
        chance.randomness(),
        limits,
        Reuse.NONE);
  }

  /** Runs a task. */
  static Verdict run(Configuration settings, Task task) throws IOException, InterruptedException {
    SandboxCommand command =
        SandboxCommand.of(Paddock.home(), settings.limits().ceilings().heapBytes());
    try (SandboxPool pool = new SandboxPool(command, settings.pool().single())) {
      pool.awaitReady(settings.pool().startTimeout());
      return pool.run(task);
    }
  }

  private String text() {
    Path file = input.file;
    if (file == null) {
      return input.text == null ? "null" : input.text;
    }
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw ScriptFile.unreadable("input", file.toString(), e);
    }
  }

  private static void requireFits(String what, long bytes, long allowed) {
    if (bytes > allowed) {
      throw CommandFailure.usage(
          "The " + what + " has " + bytes + " bytes; " + allowed + " allowed");
    }
  }
}
