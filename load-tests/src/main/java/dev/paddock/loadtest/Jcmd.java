package dev.paddock.loadtest;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Asks another JVM of this user's about itself, with the JDK's own tool. */
final class Jcmd {

  private Jcmd() {}

  /**
   * Asks and waits for the answer.
   *
   * @return its lines
   * @throws IllegalStateException where the JVM has ended, or knows no such command
   */
  static List<String> ask(long pid, String... command) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
    words.add(Long.toString(pid));
    words.addAll(List.of(command));
    Process jcmd = new ProcessBuilder(words).redirectErrorStream(true).start();
    try (BufferedReader reader = jcmd.inputReader()) {
      List<String> lines = reader.readAllLines();
      if (jcmd.waitFor() != 0) {
        throw new IllegalStateException("jcmd failed: " + String.join("; ", lines));
      }
      return lines;
    }
  }
}
