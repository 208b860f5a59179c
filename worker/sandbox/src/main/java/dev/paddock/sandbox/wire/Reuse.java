package dev.paddock.sandbox.wire;

/**
 * How far the executions of one tenant's script may share a context, and with it their globals.
 *
 * @param maxCalls how many may, from 1 for a fresh context
 * @param maxAgeMillis how long after it was opened one more may, in ms, from 0
 */
public record Reuse(int maxCalls, long maxAgeMillis) {

  /** Each execution in a fresh context. */
  public static final Reuse NONE = new Reuse(1, 0);

  /** Checks the ranges. */
  public Reuse {
    if (maxCalls < 1 || maxAgeMillis < 0) {
      throw new IllegalArgumentException(
          "A context for %d calls within %d ms; from 1 call and 0 ms are possible"
              .formatted(maxCalls, maxAgeMillis));
    }
  }

  /** Whether a context outlives its first execution. */
  public boolean keeps() {
    return maxCalls > 1;
  }
}
