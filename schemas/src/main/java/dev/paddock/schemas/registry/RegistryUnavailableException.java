package dev.paddock.schemas.registry;

import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * The registry cannot be reached, has trouble of its own, or something else answers in its place:
 * the same call may succeed later.
 */
public final class RegistryUnavailableException extends RetriableException {

  private static final long serialVersionUID = 1;

  RegistryUnavailableException(String message) {
    super(message);
  }

  RegistryUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
