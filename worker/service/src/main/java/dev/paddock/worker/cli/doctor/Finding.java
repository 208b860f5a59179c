package dev.paddock.worker.cli.doctor;

/**
 * What became of looking at one thing.
 *
 * @param subject what was looked at, in a word or two
 * @param found what it is like
 * @param remedy what to do about it; empty where there is nothing to do
 */
public record Finding(Level level, String subject, String found, String remedy) {

  /** How bad it is. */
  public enum Level {
    /** As it should be. */
    OK,
    /** It could not be looked at. */
    UNKNOWN,
    /** A worker runs, but not as well, or as safely, as it could. */
    WARNING,
    /** A worker does not start, or loses what it should not. */
    PROBLEM
  }

  static Finding ok(String subject, String found) {
    return new Finding(Level.OK, subject, found, "");
  }

  static Finding unknown(String subject, String found, String remedy) {
    return new Finding(Level.UNKNOWN, subject, found, remedy);
  }

  static Finding warning(String subject, String found, String remedy) {
    return new Finding(Level.WARNING, subject, found, remedy);
  }

  static Finding problem(String subject, String found, String remedy) {
    return new Finding(Level.PROBLEM, subject, found, remedy);
  }
}
