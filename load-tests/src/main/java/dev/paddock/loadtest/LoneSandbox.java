package dev.paddock.loadtest;

import dev.paddock.sandbox.launch.SandboxJvm;
import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Message;
import dev.paddock.sandbox.wire.MessageReader;
import dev.paddock.sandbox.wire.MessageWriter;
import dev.paddock.sandbox.wire.Ready;
import dev.paddock.sandbox.wire.Task;
import dev.paddock.worker.config.Compilation;
import dev.paddock.worker.config.Configuration;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A sandbox process as a worker's pool would start it, but for options of the JVM that are of no
 * use in a confined one, and for what confines it. For one thread.
 */
final class LoneSandbox implements AutoCloseable {

  private static final int MAX_ANSWER_BYTES = 64 << 20;

  private static final long END_SECONDS = 30;

  /** Words of the command that are no options: the class path's option, itself, the main class. */
  private static final int PROGRAM = 3;

  private final Process process;
  private final MessageWriter tasks;
  private final MessageReader answers;

  private LoneSandbox(Process process) {
    this.process = process;
    tasks = new MessageWriter(process.getOutputStream());
    answers = new MessageReader(new BufferedInputStream(process.getInputStream()));
  }

  /**
   * Starts one and waits until it is ready.
   *
   * @param home the folder that has the sandbox's jars in {@code sandbox/}
   */
  static LoneSandbox start(Path home, Configuration configuration, Path workingFolder)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            SandboxJvm.in(home.resolve("sandbox"))
                .command(configuration.limits().ceilings().heapBytes()));
    // Behind the option that it takes back.
    command.add(command.size() - PROGRAM, "-XX:-DisableAttachMechanism");
    if (configuration.pool().sandbox().compilation() == Compilation.QUICK) {
      command.add(1, SandboxJvm.QUICK_COMPILATION);
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(workingFolder.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().clear();
    Process process = builder.start();
    // A measurement that is stopped must not leave it behind.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    LoneSandbox sandbox = new LoneSandbox(process);
    Message first = sandbox.answers.read(MAX_ANSWER_BYTES);
    if (!(first instanceof Ready)) {
      process.destroyForcibly();
      throw unexpected(first);
    }
    return sandbox;
  }

  /** Runs a task. */
  Answer answer(Task task) throws IOException {
    tasks.write(task);
    Message message = answers.read(MAX_ANSWER_BYTES);
    if (message instanceof Answer answer) {
      return answer;
    }
    throw unexpected(message);
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  /** Ends it as it ends by itself where there are no more tasks. */
  @Override
  public void close() throws IOException {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static IllegalStateException unexpected(@Nullable Message message) {
    return new IllegalStateException(
        message == null ? "The sandbox has ended" : "The sandbox said " + message);
  }
}
