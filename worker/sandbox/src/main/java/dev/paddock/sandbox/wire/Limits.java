package dev.paddock.sandbox.wire;

/**
 * The quotas of one execution, all in force. Every value is 1 or more.
 *
 * @param cpuMillis CPU time of the script's thread and of garbage collection, in ms
 * @param wallMillis wall-clock time of the run, in ms
 * @param heapBytes memory that the script retains, in bytes
 * @param stackBytes stack of the thread that runs the script, in bytes
 * @param outputBytes size of the output as UTF-8 JSON, in bytes
 * @param logBytes size of all log messages together as UTF-8, in bytes
 * @param logLines log messages; more are cut off
 * @param asyncOperations timers and messages pending at the same time, and as many promises
 * @param inputBytes size of the input, and of what else the script is told, as UTF-8, in bytes
 * @param sourceBytes size of the source and its modules as UTF-8, in bytes
 */
public record Limits(
    long cpuMillis,
    long wallMillis,
    long heapBytes,
    long stackBytes,
    long outputBytes,
    long logBytes,
    int logLines,
    int asyncOperations,
    long inputBytes,
    long sourceBytes) {

  /** Largest input, and largest source, that a worker can be made to accept. */
  public static final long MAX_TEXT_BYTES = 16L << 20;

  /** Refuses values below 1. */
  public Limits {
    requirePositive("cpuMillis", cpuMillis);
    requirePositive("wallMillis", wallMillis);
    requirePositive("heapBytes", heapBytes);
    requirePositive("stackBytes", stackBytes);
    requirePositive("outputBytes", outputBytes);
    requirePositive("logBytes", logBytes);
    requirePositive("logLines", logLines);
    requirePositive("asyncOperations", asyncOperations);
    requirePositive("inputBytes", inputBytes);
    requirePositive("sourceBytes", sourceBytes);
  }

  /** Quotas of a run whose input and source may be as large as can be. */
  public Limits(
      long cpuMillis,
      long wallMillis,
      long heapBytes,
      long stackBytes,
      long outputBytes,
      long logBytes,
      int logLines,
      int asyncOperations) {
    this(
        cpuMillis,
        wallMillis,
        heapBytes,
        stackBytes,
        outputBytes,
        logBytes,
        logLines,
        asyncOperations,
        MAX_TEXT_BYTES,
        MAX_TEXT_BYTES);
  }

  private static void requirePositive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " is " + value + "; it must be 1 or more");
    }
  }
}
