package dev.paddock.worker.cli.batch;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The lines of a batch in order. Read by one thread. */
public interface Feed {

  /** The next line, or null after the last one. */
  @Nullable Item next() throws IOException;

  /**
   * Passes over the next line.
   *
   * @return false after the last one
   */
  boolean skip() throws IOException;
}
