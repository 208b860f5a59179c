package dev.paddock.sandbox.wire;

/** The quotas that a sandbox enforces. */
public enum Quota {
  CPU_TIME("ms"),
  WALL_TIME("ms"),
  HEAP("bytes"),
  STACK("bytes"),
  OUTPUT_SIZE("bytes"),
  LOG_SIZE("bytes"),
  LOG_LINES("lines"),
  ASYNC_OPERATIONS("operations"),
  INPUT_SIZE("bytes"),
  SOURCE_SIZE("bytes");

  private final String unit;

  Quota(String unit) {
    this.unit = unit;
  }

  /** The unit of the quota's limit and of what was observed. */
  public String unit() {
    return unit;
  }
}
