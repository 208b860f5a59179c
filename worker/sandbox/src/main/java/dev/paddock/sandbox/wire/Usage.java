package dev.paddock.sandbox.wire;

/**
 * What a run used. Every value is 0 or more.
 *
 * @param cpuMicros CPU time of the script's thread and of garbage collection, in microseconds
 * @param wallMicros wall-clock time of the run, in microseconds
 * @param heapBytes the largest retained heap seen, in bytes; 0 where the run was too short to look
 * @param allocatedBytes what the guest thread allocated, garbage included, in bytes
 */
public record Usage(long cpuMicros, long wallMicros, long heapBytes, long allocatedBytes) {}
