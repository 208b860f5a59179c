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
 */
public record Limits(
    long cpuMillis,
    long wallMillis,
    long heapBytes,
    long stackBytes,
    long outputBytes,
    long logBytes,
    int logLines,
    int asyncOperations) {

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
  }

  private static void requirePositive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " is " + value + "; it must be 1 or more");
    }
  }
}
