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
 * @param startMillis what the script's clock shows at its start, in ms since the epoch
 * @param seed seeds the script's randomness
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
    Limits limits,
    Reuse reuse)
    implements Message {

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

  /** A run in a fresh context, of which the script is told nothing besides its input. */
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
        limits,
        Reuse.NONE);
  }
}
