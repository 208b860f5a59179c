package dev.paddock.sandbox.wire;

/**
 * One line that the script wrote with console.
 *
 * @param level what it was written as
 * @param message the text
 * @param sinceStartMicros microseconds since the run began
 */
public record LogLine(Level level, String message, long sinceStartMicros) {

  /** The levels that console has. */
  public enum Level {
    DEBUG,
    INFO,
    WARN,
    ERROR
  }
}
