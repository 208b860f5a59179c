package dev.paddock.local;

/**
 * A local service could not be started. The message says why, and what to do where that is known.
 */
public final class LocalServiceException extends RuntimeException {

  private static final long serialVersionUID = 1;

  LocalServiceException(String message) {
    super(message);
  }

  LocalServiceException(String message, Throwable cause) {
    super(message, cause);
  }
}
