package dev.paddock.worker;

/** What a log line about an execution names, beside its words. */
public final class LogKeys {

  /** The execution's id, which may be any text of the requester's. */
  public static final String EXECUTION_ID = "executionId";

  /** Where the record stands that asked for it, as topic-partition-offset. */
  public static final String POSITION = "position";

  private LogKeys() {}
}
