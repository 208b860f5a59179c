package dev.paddock.worker.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How requests and pipelines' records are read.
 *
 * @param requests whether requests are read at all
 * @param mode who of a group's workers reads what
 * @param group the consumer group, or share group
 * @param protocol consumer or classic
 * @param instanceId what a static member of the group is known by, or null for a dynamic one
 * @param shareLock how long a share group keeps a record for the worker that was given it, or null
 *     to leave that as it is
 * @param maxInFlight requests that were read and have no result yet
 * @param maxInFlightBytes size of those requests and of results that wait, in bytes
 * @param commitInterval how often offsets are committed that are not committed with results
 * @param drain how long running requests are waited for on shutdown and on revocation
 */
public record IntakeConfig(
    boolean requests,
    IntakeMode mode,
    String group,
    String protocol,
    @Nullable String instanceId,
    @Nullable Duration shareLock,
    int maxInFlight,
    long maxInFlightBytes,
    Duration commitInterval,
    Duration drain) {

  /** Whether the workers are a share group. */
  public boolean shared() {
    return mode == IntakeMode.SHARE_GROUP;
  }
}
