package dev.paddock.loadtest;

/** Where a measurement was taken. */
final class Machine {

  private Machine() {}

  /** In a line. */
  static String description() {
    return "%s %s, %s, %d cores; Java %s"
        .formatted(
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            System.getProperty("os.arch"),
            Runtime.getRuntime().availableProcessors(),
            Runtime.version());
  }
}
