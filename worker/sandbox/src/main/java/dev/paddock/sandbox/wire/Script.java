package dev.paddock.sandbox.wire;

/**
 * A guest script.
 *
 * @param name shown in stack traces and error positions
 * @param kind how the source is read
 * @param source the JavaScript text
 */
public record Script(String name, Kind kind, String source) {

  /** How a script is read. */
  public enum Kind {
    /** The completion value is the output. */
    SCRIPT,
    /** An ES module whose default export is called. */
    MODULE
  }
}
