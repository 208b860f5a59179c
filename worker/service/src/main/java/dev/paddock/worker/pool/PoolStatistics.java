package dev.paddock.worker.pool;

/**
 * What a pool has gone through.
 *
 * @param started sandboxes started, the first ones and replacements
 * @param ready those of them that became ready for a task
 * @param startNanos what those took from their start until they were ready, all together
 * @param killed sandboxes killed because their guest did not stop at its quota
 * @param crashed sandboxes that died for no known reason
 * @param recycled sandboxes replaced because of their age, their size or what they had run
 * @param retried executions that were tried once more, alone, since their sandbox died
 * @param abandoned guests that run on although their sandbox was ended; only where a sandbox is no
 *     process
 * @param lost those of them that still ran on a second later, and had seen another execution begin
 *     and end
 */
public record PoolStatistics(
    long started,
    long ready,
    long startNanos,
    long killed,
    long crashed,
    long recycled,
    long retried,
    long abandoned,
    long lost) {}
