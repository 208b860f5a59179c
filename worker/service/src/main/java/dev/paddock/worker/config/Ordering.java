package dev.paddock.worker.config;

/** Which executions have to wait for one another. */
public enum Ordering {
  /** None. */
  NONE,
  /** Those of one record key in one partition; a record without a key waits for none. */
  KEY,
  /** Those of one partition. */
  PARTITION
}
