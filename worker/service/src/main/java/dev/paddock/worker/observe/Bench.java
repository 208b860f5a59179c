package dev.paddock.worker.observe;

/** Where a person tries scripts. */
public interface Bench {

  /** What is asked cannot be made sense of; the message says why. */
  final class BadRequestException extends Exception {

    private static final long serialVersionUID = 1;

    /** For a person. */
    public BadRequestException(String message) {
      super(message);
    }
  }

  /** What may be asked, to be written as JSON. */
  Object about();

  /**
   * Runs a script, and waits for its end.
   *
   * @param request a JSON text in UTF-8
   * @return what came of it, to be written as JSON
   * @throws BadRequestException where it is no request
   */
  Object run(byte[] request) throws BadRequestException, InterruptedException;
}
