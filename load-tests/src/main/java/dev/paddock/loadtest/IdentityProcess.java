package dev.paddock.loadtest;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A process that runs {@link IdentityLoop}. */
final class IdentityProcess implements AutoCloseable {

  /** What so many records took, in ns. */
  record Cost(long wall, long cpu) {}

  private final Process process;
  private final BufferedWriter commands;
  private final BufferedReader answers;

  private IdentityProcess(Process process) {
    this.process = process;
    commands = process.outputWriter();
    answers = process.inputReader();
  }

  static IdentityProcess start(Map<String, String> settings) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), IdentityLoop.class.getName()));
    settings.forEach((key, value) -> command.add(key + "=" + value));
    return new IdentityProcess(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start());
  }

  /** Moves so many records, which must be there. */
  Cost move(int count) throws IOException {
    commands.write(Integer.toString(count));
    commands.newLine();
    commands.flush();
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("The process that workers are compared with has ended");
    }
    String[] numbers = answer.split(" ", 2);
    return new Cost(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
