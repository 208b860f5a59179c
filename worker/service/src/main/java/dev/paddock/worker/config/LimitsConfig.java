package dev.paddock.worker.config;

import dev.paddock.sandbox.wire.Limits;
import org.jspecify.annotations.Nullable;

/**
 * The limits in force.
 *
 * @param defaults where a request names none
 * @param ceilings the most that a request may ask for
 * @param inputBytes largest input of a request as UTF-8, in bytes
 * @param sourceBytes largest script source as UTF-8, in bytes
 */
public record LimitsConfig(Limits defaults, Limits ceilings, int inputBytes, int sourceBytes) {

  /**
   * The quotas of one execution: what it asks for, lowered to the ceiling; the default where it
   * asks for nothing.
   *
   * @throws IllegalArgumentException naming the field where a value is below 1
   */
  public Limits resolve(dev.paddock.schemas.@Nullable Limits asked) {
    if (asked == null) {
      return defaults;
    }
    Integer async = asked.getAsyncOperations();
    return new Limits(
        resolve("cpuMillis", asked.getCpuMillis(), defaults.cpuMillis(), ceilings.cpuMillis()),
        resolve("wallMillis", asked.getWallMillis(), defaults.wallMillis(), ceilings.wallMillis()),
        resolve("heapBytes", asked.getHeapBytes(), defaults.heapBytes(), ceilings.heapBytes()),
        resolve(
            "outputBytes", asked.getOutputBytes(), defaults.outputBytes(), ceilings.outputBytes()),
        resolve("logBytes", asked.getLogBytes(), defaults.logBytes(), ceilings.logBytes()),
        Math.toIntExact(
            resolve(
                "asyncOperations",
                async == null ? null : async.longValue(),
                defaults.asyncOperations(),
                ceilings.asyncOperations())));
  }

  private static long resolve(String field, @Nullable Long asked, long standard, long ceiling) {
    if (asked == null) {
      return standard;
    }
    if (asked < 1) {
      throw new IllegalArgumentException(
          "limits.%s is %d; it must be 1 or more, or null for the worker's default"
              .formatted(field, asked));
    }
    return Math.min(asked, ceiling);
  }
}
