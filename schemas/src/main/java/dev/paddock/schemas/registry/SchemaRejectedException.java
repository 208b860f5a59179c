package dev.paddock.schemas.registry;

import org.apache.kafka.common.errors.SerializationException;

/**
 * The registry does not take the schema: incompatible with an earlier one (409) or invalid (422).
 */
public final class SchemaRejectedException extends SerializationException {

  private static final long serialVersionUID = 1;

  SchemaRejectedException(String message) {
    super(message);
  }
}
