package dev.paddock.worker.cli.terminal;

import java.util.Locale;

/** Figures as people read them, always with the same separators. */
public final class Units {

  private Units() {}

  /** A whole number with separators; a point for 0, so that a table shows where something is. */
  public static String countOrDot(long count) {
    return count == 0 ? "·" : count(count);
  }

  /** A whole number with separators. */
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** A time in three digits or so. */
  public static String micros(long micros) {
    if (micros < 1_000) {
      return micros + " µs";
    }
    if (micros < 10_000) {
      return String.format(Locale.ROOT, "%.1f ms", micros / 1e3);
    }
    return micros < 1_000_000
        ? Math.round(micros / 1e3) + " ms"
        : String.format(Locale.ROOT, "%.1f s", micros / 1e6);
  }

  /** Whole seconds, in the two largest units. */
  public static String seconds(long seconds) {
    if (seconds < 60) {
      return seconds + " s";
    }
    return seconds < 3_600
        ? seconds / 60 + " min " + seconds % 60 + " s"
        : seconds / 3_600 + " h " + seconds % 3_600 / 60 + " min";
  }
}
