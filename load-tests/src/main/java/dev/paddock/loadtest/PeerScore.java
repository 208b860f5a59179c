package dev.paddock.loadtest;

import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * How fast a contender was in one round.
 *
 * @param executions how many were measured at saturation
 * @param perSecond results a second of a backlog
 * @param cpuNanosEach CPU time by execution at saturation, of all processes of the contender
 * @param memoryBytes the most resident memory that those had; 0 where it was not looked at
 * @param microsAtHalf from when a request was meant to be sent to when its result was read, by
 *     percentile, at half of that rate; null for one that takes no single requests
 */
record PeerScore(
    String contender,
    String script,
    int round,
    int executions,
    double perSecond,
    double cpuNanosEach,
    long memoryBytes,
    @Nullable SortedMap<Double, Long> microsAtHalf) {}
