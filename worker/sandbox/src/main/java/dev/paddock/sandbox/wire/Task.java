package dev.paddock.sandbox.wire;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One run that the worker asks of a sandbox.
 *
 * @param number chosen by the worker, echoed in the answer; never used twice in one sandbox
 * @param executionId seen by the script
 * @param tenant seen by the script
 * @param labels seen by the script
 * @param script what to run
 * @param input a JSON text
 * @param context what the script is told besides, a JSON object with a member or more; null where
 *     there is nothing
 * @param startMillis what the request's clock shows at the start, in ms since the epoch
 * @param seed seeds the script's randomness where that is seeded
 * @param clock what the script's clock shows
 * @param randomness where its random numbers are from
 * @param limits the quotas in force
 * @param reuse whether its context may be one that the same tenant's same script has left, and is
 *     kept for it afterwards
 */
public record Task(
    long number,
    String executionId,
    String tenant,
    Map<String, String> labels,
    Script script,
    String input,
    @Nullable String context,
    long startMillis,
    long seed,
    Clock clock,
    Randomness randomness,
    Limits limits,
    Reuse reuse)
    implements Message {

  /** What a script's clock shows. */
  public enum Clock {
    /** The request's time, which goes on with what the script waits for. */
    REQUEST,
    /** The machine's. */
    SYSTEM
  }

  /** Where a script's random numbers are from. */
  public enum Randomness {
    /** The seed. */
    SEEDED,
    /** The system. */
    SYSTEM
  }

  /** Copies the labels. */
  public Task {
    labels = Map.copyOf(labels);
  }

  /** Size of the input, and of what else the script is told, as UTF-8, in bytes. */
  public long inputBytes() {
    return bytes(input) + (context == null ? 0 : bytes(context));
  }

  private static long bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /**
   * A run that can be repeated, in a fresh context, of which the script is told nothing besides its
   * input.
   */
  public Task(
      long number,
      String executionId,
      String tenant,
      Map<String, String> labels,
      Script script,
      String input,
      long startMillis,
      long seed,
      Limits limits) {
    this(
        number,
        executionId,
        tenant,
        labels,
        script,
        input,
        null,
        startMillis,
        seed,
        Clock.REQUEST,
        Randomness.SEEDED,
        limits,
        Reuse.NONE);
  }
}
