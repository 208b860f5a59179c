package dev.paddock.schemas.registry;

import org.apache.kafka.common.errors.AuthorizationException;

/** The registry does not let this user do it (401 or 403). */
public final class RegistryRefusedException extends AuthorizationException {

  private static final long serialVersionUID = 1;

  RegistryRefusedException(String message) {
    super(message);
  }
}
