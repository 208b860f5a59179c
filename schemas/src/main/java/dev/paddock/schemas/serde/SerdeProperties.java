package dev.paddock.schemas.serde;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;

/** Confluent's properties of serializers, whose values are objects or texts. */
final class SerdeProperties {

  private static final String TOPIC_NAME_STRATEGY = "TopicNameStrategy";

  private SerdeProperties() {}

  /**
   * @throws ConfigException where it is neither true nor false
   */
  static boolean isTrue(Map<String, ?> properties, String name, boolean otherwise) {
    Object value = properties.get(name);
    if (value == null) {
      return otherwise;
    }
    return switch (value.toString().strip().toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new ConfigException(name, value, "It must be true or false");
    };
  }

  /**
   * Refuses what would silently be written otherwise than by Confluent's serializer.
   *
   * @throws ConfigException naming the property and what is supported
   */
  static void refuseUnsupported(Map<String, ?> properties) {
    for (String name : List.of("key.subject.name.strategy", "value.subject.name.strategy")) {
      Object strategy = properties.get(name);
      if (strategy != null && !strategy.toString().endsWith("." + TOPIC_NAME_STRATEGY)) {
        throw new ConfigException(name, strategy, "Only " + TOPIC_NAME_STRATEGY + " is supported");
      }
    }
    if (isTrue(properties, "use.latest.version", false)) {
      throw new ConfigException(
          "use.latest.version", true, "Records are always written with their own schema");
    }
  }
}
