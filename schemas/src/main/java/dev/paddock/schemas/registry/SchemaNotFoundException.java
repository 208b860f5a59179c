package dev.paddock.schemas.registry;

import org.apache.kafka.common.errors.SerializationException;

/** The registry has no such id, subject or version (404). */
public final class SchemaNotFoundException extends SerializationException {

  private static final long serialVersionUID = 1;

  SchemaNotFoundException(String message) {
    super(message);
  }
}
