package dev.paddock.worker.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** Runs commands in this process, where what they print is not theirs alone to print. */
final class InProcess {

  private InProcess() {}

  /** What came of a command. */
  record Ended(int exitCode, String out, String err) {}

  /** Runs a command with settings and more arguments. */
  static Ended run(Map<String, String> settings, List<String> command, List<String> arguments) {
    List<String> all = new ArrayList<>(command);
    settings.forEach((key, value) -> all.addAll(List.of("--set", key + "=" + value)));
    all.addAll(arguments);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] words = all.toArray(String[]::new);
    CommandLine commandLine = Paddock.commandLine(words);
    commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exitCode = commandLine.execute(words);
    return new Ended(exitCode, out.toString(), err.toString());
  }
}
