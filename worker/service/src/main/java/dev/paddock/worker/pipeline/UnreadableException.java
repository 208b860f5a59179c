package dev.paddock.worker.pipeline;

/** A record is not what its reader expects; the message says how. */
public final class UnreadableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnreadableException(String message) {
    super(message, null, false, false); // the record's fault: nobody asks where it was found
  }
}
