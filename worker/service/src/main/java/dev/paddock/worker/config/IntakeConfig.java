package dev.paddock.worker.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How requests are read.
 *
 * @param group the consumer group
 * @param protocol consumer or classic
 * @param instanceId what a static member of the group is known by, or null for a dynamic one
 * @param maxInFlight requests that were read and whose results are not yet written
 * @param maxInFlightBytes size of those requests and of results that wait, in bytes
 * @param commitInterval how often offsets are committed that are not committed with results
 * @param drain how long running requests are waited for on shutdown and on revocation
 */
public record IntakeConfig(
    String group,
    String protocol,
    @Nullable String instanceId,
    int maxInFlight,
    long maxInFlightBytes,
    Duration commitInterval,
    Duration drain) {}
