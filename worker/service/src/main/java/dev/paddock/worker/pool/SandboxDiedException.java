package dev.paddock.worker.pool;

/**
 * A sandbox ended, or said what no honest sandbox says, and was therefore ended. The message is fit
 * for whoever asked for the execution.
 */
final class SandboxDiedException extends Exception {

  private static final long serialVersionUID = 1;

  private final String lastWords;

  /**
   * @param lastWords the end of what it wrote to its standard error, or an empty text
   */
  SandboxDiedException(String message, String lastWords) {
    super(message);
    this.lastWords = lastWords;
  }

  /** The message and its last words, which may show classes and paths: for the worker's log. */
  String forOperators() {
    return lastWords.isEmpty() ? String.valueOf(getMessage()) : getMessage() + ": " + lastWords;
  }
}
