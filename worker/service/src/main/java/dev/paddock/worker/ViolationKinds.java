package dev.paddock.worker;

import dev.paddock.sandbox.wire.Quota;
import dev.paddock.schemas.ViolationKind;

/** What users call the breach of a quota. */
public final class ViolationKinds {

  private ViolationKinds() {}

  /** The kind of violation that going beyond a quota is. */
  public static ViolationKind of(Quota quota) {
    return switch (quota) {
      case CPU_TIME -> ViolationKind.CPU_TIME;
      case WALL_TIME -> ViolationKind.WALL_TIME;
      case HEAP -> ViolationKind.HEAP;
      case STACK -> ViolationKind.STACK;
      case OUTPUT_SIZE -> ViolationKind.OUTPUT_SIZE;
      case LOG_SIZE, LOG_LINES -> ViolationKind.LOG_SIZE;
      case ASYNC_OPERATIONS -> ViolationKind.ASYNC_OPERATIONS;
      case INPUT_SIZE -> ViolationKind.INPUT_SIZE;
      case SOURCE_SIZE -> ViolationKind.SOURCE_SIZE;
    };
  }
}
