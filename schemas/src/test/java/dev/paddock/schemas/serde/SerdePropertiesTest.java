package dev.paddock.schemas.serde;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SerdePropertiesTest {

  private static final String STRATEGIES = "io.confluent.kafka.serializers.subject.";

  @ParameterizedTest
  @CsvSource({
    "auto.register.schemas, ja",
    "use.latest.version, true",
    "value.subject.name.strategy, " + STRATEGIES + "RecordNameStrategy",
    "key.subject.name.strategy, " + STRATEGIES + "TopicRecordNameStrategy"
  })
  void whatIsNotSupportedIsNamed(String name, String value) {
    try (AvroSerializer serializer = new AvroSerializer()) {
      ConfigException e =
          assertThrows(ConfigException.class, () -> serializer.configure(with(name, value), false));
      assertTrue(String.valueOf(e.getMessage()).contains(name), e.getMessage());
      assertTrue(String.valueOf(e.getMessage()).contains(value), e.getMessage());
    }
  }

  @Test
  void whatConfluentDoesAnywayMayBeSaid() {
    try (AvroSerializer serializer = new AvroSerializer()) {
      serializer.configure(
          with("value.subject.name.strategy", STRATEGIES + "TopicNameStrategy"), false);
      serializer.configure(with("use.latest.version", false), false);
    }
  }

  private static Map<String, Object> with(String name, Object value) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("schema.registry.url", "http://localhost:1");
    properties.put(name, value);
    return properties;
  }
}
