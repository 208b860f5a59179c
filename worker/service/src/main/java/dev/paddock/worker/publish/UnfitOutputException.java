package dev.paddock.worker.publish;

import dev.paddock.schemas.ViolationKind;

/** What a pipeline's script gave can never be written to where its pipeline leads. */
public final class UnfitOutputException extends Exception {

  private static final long serialVersionUID = 1L;

  private final ViolationKind kind;
  private final long limit;
  private final long observed;
  private final String unit;

  /** It does not have the form that it must have; the message says where and why. */
  public UnfitOutputException(String message) {
    this(ViolationKind.OUTPUT_SCHEMA, 0, 0, "", message);
  }

  private UnfitOutputException(
      ViolationKind kind, long limit, long observed, String unit, String message) {
    super(message, null, false, false); // the script's fault: nobody asks where it was found
    this.kind = kind;
    this.limit = limit;
    this.observed = observed;
    this.unit = unit;
  }

  /** There is too much of it: so much in a unit, where less is allowed. */
  public static UnfitOutputException tooMuch(
      long limit, long observed, String unit, String message) {
    return new UnfitOutputException(ViolationKind.OUTPUT_SIZE, limit, observed, unit, message);
  }

  /** What is violated. */
  public ViolationKind kind() {
    return kind;
  }

  long limit() {
    return limit;
  }

  long observed() {
    return observed;
  }

  String unit() {
    return unit;
  }
}
