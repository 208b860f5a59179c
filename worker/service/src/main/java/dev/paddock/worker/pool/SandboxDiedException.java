package dev.paddock.worker.pool;

/** A sandbox ended, or said what no honest sandbox says, and was therefore ended. */
final class SandboxDiedException extends Exception {

  private static final long serialVersionUID = 1;

  SandboxDiedException(String message) {
    super(message);
  }
}
