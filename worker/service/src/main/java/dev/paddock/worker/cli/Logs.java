package dev.paddock.worker.cli;

import dev.paddock.worker.config.LogFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/**
 * Where log lines go. Without a word from here they go to standard error, as a service's should. To
 * be called before the first line is logged.
 */
public final class Logs {

  private static final String CONFIGURATION = "logback.configurationFile";

  private Logs() {}

  /** To this file from now on, which is added to. */
  public static void toFile(Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw new UncheckedIOException("The folder for " + file + " cannot be made", e);
    }
    System.setProperty("paddock.log", file.toAbsolutePath().toString());
    setUnlessSet("logback-file.xml");
  }

  /** Only errors, to standard error. */
  public static void errorsOnly() {
    setUnlessSet("logback-errors.xml");
  }

  /** Tells whoever started the command: a line for people, unless lines are for programs. */
  static void tell(String message) {
    if (LogLine.format() == LogFormat.JSON) {
      LoggerFactory.getLogger(Logs.class).error(message);
    } else {
      System.err.println("paddock: " + message);
    }
  }

  private static void setUnlessSet(String configuration) {
    if (System.getProperty(CONFIGURATION) == null) {
      System.setProperty(CONFIGURATION, configuration);
    }
  }
}
