package dev.paddock.worker.cli.replay;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Which requests are to be replayed. */
public sealed interface Selection {

  /** The one at a position. */
  record At(int partition, long offset) implements Selection {}

  /**
   * The first one that has this execution id.
   *
   * @param since from when on it is looked for; null for the first request that is left
   * @param until up to when; null for now
   */
  record Named(String executionId, @Nullable Instant since, @Nullable Instant until)
      implements Selection {}

  /**
   * Those of a time, partition by partition.
   *
   * @param since null for the first request that is left
   * @param until null for now
   * @param tenant null for any
   * @param scriptId the catalog script that they name; null for any, and those that bring theirs
   * @param limit how many at most
   */
  record Range(
      @Nullable Instant since,
      @Nullable Instant until,
      @Nullable String tenant,
      @Nullable String scriptId,
      int limit)
      implements Selection {}
}
