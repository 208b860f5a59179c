package dev.paddock.worker.dispatch;

/**
 * What waits for a sandbox.
 *
 * @param tenants how many tenants have executions that wait or run, or are remembered for what they
 *     have used
 * @param waiting executions that wait for their turn, or for their script
 * @param oldestNanos how long the one of them that was read first has waited since then; 0 where
 *     none waits
 */
public record DispatchStatistics(int tenants, int waiting, long oldestNanos) {}
