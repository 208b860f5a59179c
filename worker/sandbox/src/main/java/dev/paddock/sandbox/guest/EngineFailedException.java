package dev.paddock.sandbox.guest;

/** The engine itself failed, which says nothing about the script; its sandbox is of no more use. */
public final class EngineFailedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  EngineFailedException(String message) {
    super(message);
  }
}
