package dev.paddock.worker.config;

/** Who of a group's workers reads what. */
public enum IntakeMode {
  /** Each partition is read by one worker at a time. */
  PARTITIONS,
  /** Every worker reads every partition; the broker deals single records out (KIP-932). */
  SHARE_GROUP
}
