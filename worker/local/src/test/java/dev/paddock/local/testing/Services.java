package dev.paddock.local.testing;

import dev.paddock.local.LocalServices;

/**
 * A broker and a registry, wherever they run.
 *
 * @param bootstrapServers of the broker, as {@code host:port}
 * @param registryUrl base URL of the registry's Confluent-compatible API
 */
public record Services(String bootstrapServers, String registryUrl) {

  /** Those of this module, which the caller stops. */
  public static Services of(LocalServices local) {
    return new Services(local.broker().bootstrapServers(), local.registry().url());
  }
}
