package dev.paddock.schemas.registry;

import org.apache.kafka.common.errors.RetriableException;

/** The registry cannot be reached or has trouble of its own: the same call may succeed later. */
public final class RegistryUnavailableException extends RetriableException {

  private static final long serialVersionUID = 1;

  RegistryUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
