package dev.paddock.worker.cli.batch;

/** A batch cannot be begun or gone on with as it is; the message says why and what to do. */
public final class BatchRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  BatchRefusedException(String message) {
    super(message);
  }
}
