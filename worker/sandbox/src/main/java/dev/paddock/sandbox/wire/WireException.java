package dev.paddock.sandbox.wire;

import java.io.IOException;

/** Bytes that are not a message. The other side is broken or hostile; nothing after them counts. */
public final class WireException extends IOException {

  private static final long serialVersionUID = 1;

  /** Says what is wrong with the bytes. */
  public WireException(String message) {
    super(message);
  }
}
