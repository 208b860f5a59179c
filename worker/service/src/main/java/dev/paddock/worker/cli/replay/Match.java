package dev.paddock.worker.cli.replay;

/** What came of a request that was run again, beside what had come of it. */
public enum Match {
  SAME("same"),
  /** Both succeeded or neither did, but not alike. */
  DIFFERENT("different"),
  NOW_FAILING("now failing"),
  NOW_SUCCEEDING("now succeeding"),
  /** It ended otherwise, but it asks for what no two runs have alike. */
  NOT_REPEATABLE("not repeatable"),
  /** Not finished yet, or deleted by the topic's retention. */
  NO_RESULT("no result recorded");

  private final String text;

  Match(String text) {
    this.text = text;
  }

  /** In words. */
  public String text() {
    return text;
  }
}
