package dev.paddock.loadtest;

import java.util.Locale;

/** Figures as people read them. */
final class Figures {

  private Figures() {}

  /** A share, such as 93 %. */
  static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", share * 100);
  }

  /** Microseconds with a digit behind the point. */
  static String micros(double nanos) {
    return String.format(Locale.ROOT, "%.1f µs", nanos / 1e3);
  }

  /** Whole milliseconds. */
  static String millis(double nanos) {
    return String.format(Locale.ROOT, "%.0f ms", nanos / 1e6);
  }

  /** Whole MiB. */
  static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%d MiB", bytes >> 20);
  }

  /** The least and the greatest, such as 0.91 to 0.97. */
  static String range(Samples samples) {
    return String.format(Locale.ROOT, "%.2f to %.2f", samples.min(), samples.max());
  }
}
