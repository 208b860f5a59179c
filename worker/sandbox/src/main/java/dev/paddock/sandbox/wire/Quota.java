package dev.paddock.sandbox.wire;

/** The quotas that a sandbox enforces. The names are those of the violation kinds. */
public enum Quota {
  CPU_TIME("ms"),
  WALL_TIME("ms"),
  HEAP("bytes"),
  OUTPUT_SIZE("bytes"),
  ASYNC_OPERATIONS("operations");

  private final String unit;

  Quota(String unit) {
    this.unit = unit;
  }

  /** The unit of the quota's limit and of what was observed. */
  public String unit() {
    return unit;
  }
}
