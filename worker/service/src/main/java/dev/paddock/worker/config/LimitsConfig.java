package dev.paddock.worker.config;

import dev.paddock.sandbox.wire.Limits;
import org.jspecify.annotations.Nullable;

/**
 * The limits in force.
 *
 * @param defaults where a request names none
 * @param ceilings the most that a request may ask for
 */
public record LimitsConfig(Limits defaults, Limits ceilings) {

  /** A smaller heap cannot be told from what an empty context takes. */
  static final long MIN_HEAP_BYTES = 8L << 20;

  /** A smaller stack does not let a script begin. */
  static final long MIN_STACK_BYTES = 512L << 10;

  /** What a result has besides output and logs: names, labels, an error with its stack, a key. */
  static final long RESULT_OVERHEAD_BYTES = 64 << 10;

  /** The largest record that a result may become, in bytes. */
  public long mostResultBytes() {
    return ceilings.outputBytes() + ceilings.logBytes() + RESULT_OVERHEAD_BYTES;
  }

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
    return new Limits(
        resolve("cpuMillis", asked.getCpuMillis(), defaults.cpuMillis(), ceilings.cpuMillis()),
        resolve("wallMillis", asked.getWallMillis(), defaults.wallMillis(), ceilings.wallMillis()),
        resolve(
            "heapBytes",
            raise(asked.getHeapBytes(), MIN_HEAP_BYTES),
            defaults.heapBytes(),
            ceilings.heapBytes()),
        resolve(
            "stackBytes",
            raise(asked.getStackBytes(), MIN_STACK_BYTES),
            defaults.stackBytes(),
            ceilings.stackBytes()),
        resolve(
            "outputBytes", asked.getOutputBytes(), defaults.outputBytes(), ceilings.outputBytes()),
        resolve("logBytes", asked.getLogBytes(), defaults.logBytes(), ceilings.logBytes()),
        resolve("logLines", asked.getLogLines(), defaults.logLines(), ceilings.logLines()),
        resolve(
            "asyncOperations",
            asked.getAsyncOperations(),
            defaults.asyncOperations(),
            ceilings.asyncOperations()),
        resolve("inputBytes", asked.getInputBytes(), defaults.inputBytes(), ceilings.inputBytes()),
        resolve(
            "sourceBytes", asked.getSourceBytes(), defaults.sourceBytes(), ceilings.sourceBytes()));
  }

  /**
   * The same for a script that has limits of its own, which go before the defaults.
   *
   * @param own null where it has none
   */
  public Limits resolve(
      dev.paddock.schemas.@Nullable Limits asked, dev.paddock.schemas.@Nullable Limits own) {
    if (asked == null || own == null) {
      return resolve(asked == null ? own : asked);
    }
    return resolve(
        new dev.paddock.schemas.Limits(
            first(asked.getCpuMillis(), own.getCpuMillis()),
            first(asked.getWallMillis(), own.getWallMillis()),
            first(asked.getHeapBytes(), own.getHeapBytes()),
            first(asked.getStackBytes(), own.getStackBytes()),
            first(asked.getOutputBytes(), own.getOutputBytes()),
            first(asked.getLogBytes(), own.getLogBytes()),
            first(asked.getLogLines(), own.getLogLines()),
            first(asked.getAsyncOperations(), own.getAsyncOperations()),
            first(asked.getInputBytes(), own.getInputBytes()),
            first(asked.getSourceBytes(), own.getSourceBytes())));
  }

  /**
   * The largest input worth reading where the script, and so what it allows, is not at hand.
   *
   * @param named whether it is one of the catalog, which may have limits of its own
   */
  public int mostInputBytes(dev.paddock.schemas.@Nullable Limits asked, boolean named) {
    long most =
        named && (asked == null || asked.getInputBytes() == null)
            ? ceilings.inputBytes()
            : resolve(asked).inputBytes();
    return Math.toIntExact(most);
  }

  private static <T> @Nullable T first(@Nullable T value, @Nullable T otherwise) {
    return value == null ? otherwise : value;
  }

  /** A value that is too small to be of use, but no mistake, becomes the smallest that is. */
  private static @Nullable Long raise(@Nullable Long asked, long smallest) {
    return asked == null || asked < 1 ? asked : Long.valueOf(Math.max(asked, smallest));
  }

  private static int resolve(String field, @Nullable Integer asked, int standard, int ceiling) {
    return Math.toIntExact(
        resolve(field, asked == null ? null : Long.valueOf(asked), (long) standard, ceiling));
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
