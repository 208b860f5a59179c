package dev.paddock.worker.cli.replay;

/** There is nothing to replay, or it cannot be; the message says why and what to do. */
public final class ReplayRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  ReplayRefusedException(String message) {
    super(message);
  }
}
