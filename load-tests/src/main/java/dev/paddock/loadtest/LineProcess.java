package dev.paddock.loadtest;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** A process of ours that answers each line on its standard input with one. */
final class LineProcess implements AutoCloseable {

  private final Process process;
  private final BufferedWriter questions;
  private final BufferedReader answers;

  private LineProcess(Process process) {
    this.process = process;
    questions = process.outputWriter();
    answers = process.inputReader();
  }

  /** Starts one, whose errors go where this process's do. */
  static LineProcess start(List<String> command) throws IOException {
    return new LineProcess(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /**
   * Writes a line and waits for the answer.
   *
   * @return its numbers
   * @throws IOException where the process has ended
   */
  long[] ask(String question) throws IOException {
    questions.write(question);
    questions.newLine();
    questions.flush();
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("A process that is measured for comparison has ended");
    }
    return Arrays.stream(answer.split(" ", -1)).mapToLong(Long::parseLong).toArray();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
