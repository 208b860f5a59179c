package dev.paddock.worker.config;

import dev.paddock.schemas.TrustedContracts;
import java.util.Map;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/** The classes that turn records into bytes and back; both are known to exist. */
public record SerializationConfig(
    Class<? extends Serializer<?>> serializer, Class<? extends Deserializer<?>> deserializer) {

  static {
    TrustedContracts.trust();
  }

  /** A new serializer for record values, configured with these properties. */
  public Serializer<Object> newSerializer(Map<String, Object> properties) {
    @SuppressWarnings("unchecked") // a serializer that does not take a record fails when it is used
    Serializer<Object> made = (Serializer<Object>) make(serializer);
    made.configure(properties, false);
    return made;
  }

  /** A new deserializer for record values, configured with these properties. */
  public Deserializer<Object> newDeserializer(Map<String, Object> properties) {
    @SuppressWarnings("unchecked") // everything is an Object
    Deserializer<Object> made = (Deserializer<Object>) make(deserializer);
    made.configure(properties, false);
    return made;
  }

  private static <T> T make(Class<T> type) {
    try {
      return type.getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          type.getName() + " cannot be created; it needs a public constructor without arguments",
          e);
    }
  }
}
