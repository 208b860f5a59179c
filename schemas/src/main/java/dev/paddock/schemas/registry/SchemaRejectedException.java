package dev.paddock.schemas.registry;

import org.apache.kafka.common.errors.SerializationException;

/**
 * A schema that the registry does not take, incompatible with an earlier one (409) or invalid
 * (422), or one of the registry's that we do not: no Avro, or too large.
 */
public final class SchemaRejectedException extends SerializationException {

  private static final long serialVersionUID = 1;

  SchemaRejectedException(String message) {
    super(message);
  }
}
