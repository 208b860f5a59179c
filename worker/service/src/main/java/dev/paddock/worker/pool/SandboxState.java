package dev.paddock.worker.pool;

/** The life of a sandbox process, and its allowed moves. */
public enum SandboxState {
  /** The process runs and warms up. */
  STARTING,
  /** It waits for a task. */
  IDLE,
  /** It has one task. */
  LEASED,
  /** It ended or was killed, and never comes back. */
  DEAD;

  boolean mayBecome(SandboxState next) {
    return switch (this) {
      case STARTING -> next == IDLE || next == DEAD;
      case IDLE -> next == LEASED || next == DEAD;
      case LEASED -> next == IDLE || next == DEAD;
      case DEAD -> next == DEAD;
    };
  }
}
