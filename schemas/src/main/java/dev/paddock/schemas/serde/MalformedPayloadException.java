package dev.paddock.schemas.serde;

import org.apache.kafka.common.errors.SerializationException;

/** The bytes are not what their schema says, and never will be. */
public final class MalformedPayloadException extends SerializationException {

  private static final long serialVersionUID = 1;

  MalformedPayloadException(String message) {
    super(message);
  }

  MalformedPayloadException(String message, Throwable cause) {
    super(message, cause);
  }
}
