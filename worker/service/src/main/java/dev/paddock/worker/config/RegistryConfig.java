package dev.paddock.worker.config;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How the schema registry is reached.
 *
 * @param url one address, or several separated by commas
 */
public record RegistryConfig(
    String url,
    @Nullable String username,
    @Nullable Secret password,
    Store truststore,
    Store keystore) {

  /** A file of keys or certificates; each part may be absent. */
  public record Store(
      @Nullable String location, @Nullable Secret password, @Nullable String type) {}

  /**
   * Everything that a Confluent-compatible serializer or deserializer wants to know, under
   * Confluent's names. Has secrets in it: never print it.
   */
  public Map<String, Object> serdeProperties() {
    Map<String, Object> properties = new TreeMap<>();
    properties.put("schema.registry.url", url);
    // Confluent's deserializer gives generic records unless told otherwise.
    properties.put("specific.avro.reader", true);
    if (username != null) {
      properties.put("basic.auth.credentials.source", "USER_INFO");
      properties.put(
          "basic.auth.user.info", username + ":" + (password == null ? "" : password.value()));
    }
    put(properties, "schema.registry.ssl.truststore.", truststore);
    put(properties, "schema.registry.ssl.keystore.", keystore);
    return properties;
  }

  private static void put(Map<String, Object> properties, String prefix, Store store) {
    if (store.location() != null) {
      properties.put(prefix + "location", store.location());
    }
    if (store.password() != null) {
      properties.put(prefix + "password", store.password().value());
    }
    if (store.type() != null) {
      properties.put(prefix + "type", store.type());
    }
  }
}
