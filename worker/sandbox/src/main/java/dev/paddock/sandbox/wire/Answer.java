package dev.paddock.sandbox.wire;

import java.util.List;

/**
 * What a sandbox says of a run.
 *
 * @param number the task's number
 * @param ending how it ended
 * @param logs what the script wrote, in order
 * @param logsTruncated whether log lines or parts of them were cut off
 * @param usage what it used
 * @param last whether the sandbox ends after this answer, because its state is in doubt
 */
public record Answer(
    long number,
    Ending ending,
    List<LogLine> logs,
    boolean logsTruncated,
    Usage usage,
    boolean last)
    implements Message {

  /** Copies the logs. */
  public Answer {
    logs = List.copyOf(logs);
  }
}
