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
  public record Store(@Nullable String location, @Nullable Secret password, @Nullable String type) {

    /** Its parts that are there, under Kafka's names behind a prefix. Has a secret in it. */
    public Map<String, Object> properties(String prefix) {
      Map<String, Object> properties = new TreeMap<>();
      if (location != null) {
        properties.put(prefix + "location", location);
      }
      if (password != null) {
        properties.put(prefix + "password", password.value());
      }
      if (type != null) {
        properties.put(prefix + "type", type);
      }
      return properties;
    }
  }

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
    properties.putAll(truststore.properties("schema.registry.ssl.truststore."));
    properties.putAll(keystore.properties("schema.registry.ssl.keystore."));
    return properties;
  }
}
