package dev.paddock.loadtest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** One measurement. */
interface Bench {

  /** What is measured, in a line. */
  String title();

  /**
   * Measures.
   *
   * @param home the folder that the build laid out for the launcher
   * @return what came of it, as lines of text
   */
  List<String> measure(Path home, Counts counts) throws IOException, InterruptedException;
}
