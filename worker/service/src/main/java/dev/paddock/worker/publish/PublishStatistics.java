package dev.paddock.worker.publish;

/**
 * What has been written.
 *
 * @param committed transactions that were committed; 0 without transactions, like the others
 * @param commitNanos what those took, all together
 * @param failed transactions that were aborted and made again
 * @param stale transactions that were given up, since the group had gone on without this worker
 */
public record PublishStatistics(long committed, long commitNanos, long failed, long stale) {

  /** Where there are no transactions. */
  static final PublishStatistics NONE = new PublishStatistics(0, 0, 0, 0);
}
