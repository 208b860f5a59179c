package dev.paddock.loadtest;

import dev.paddock.loadtest.InProcess.Work;
import dev.paddock.sandbox.launch.SandboxJvm;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A JVM that runs {@link InProcess}, with the options and the start cache of a sandbox. */
final class Companion implements AutoCloseable {

  /**
   * CPU time of so many runs, in ns.
   *
   * @param process all of the JVM
   * @param runner the thread that ran the scripts
   * @param guard the thread that watches quotas
   */
  record Cpu(long process, long runner, long guard) {}

  private final Process process;
  private final BufferedWriter commands;
  private final BufferedReader answers;

  private Companion(Process process) {
    this.process = process;
    commands = process.outputWriter();
    answers = process.inputReader();
  }

  /**
   * Starts it.
   *
   * @param home the folder that has the sandbox's jars in {@code sandbox/}
   */
  static Companion start(Path home) throws IOException {
    List<String> command =
        new ArrayList<>(
            SandboxJvm.in(home.resolve("sandbox")).command(Workload.LIMITS.heapBytes()));
    command.removeLast();
    // At the end: the start cache asks for the sandbox's own class path at the beginning.
    command.add(command.removeLast() + File.pathSeparator + ownClasses());
    command.add(InProcess.class.getName());
    return new Companion(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** Runs so many there. */
  Cpu run(Work work, int count) throws IOException {
    commands.write(String.format(Locale.ROOT, "%s %d%n", work, count));
    commands.flush();
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("The process that sandboxes are compared with has ended");
    }
    String[] numbers = answer.split(" ", 3);
    return new Cpu(
        Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), Long.parseLong(numbers[2]));
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private static Path ownClasses() {
    try {
      return Path.of(InProcess.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
