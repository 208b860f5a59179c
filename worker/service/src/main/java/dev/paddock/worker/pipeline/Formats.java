package dev.paddock.worker.pipeline;

import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.DataFormat;
import java.util.HashMap;
import java.util.Map;

/** Makes input formats. */
final class Formats {

  private Formats() {}

  /** The format that a pipeline reads. */
  static InputFormat of(DataFormat format, Configuration configuration) {
    return switch (format) {
      case JSON -> new InputFormat.Json();
      case STRING -> new InputFormat.Plain();
      case AVRO -> avro(configuration);
    };
  }

  /** Avro of any schema that the registry has. */
  static InputFormat avro(Configuration configuration) {
    Map<String, Object> properties = new HashMap<>(configuration.registry().serdeProperties());
    properties.put("specific.avro.reader", false); // users' records have no classes here
    return new InputFormat.Avro(configuration.serialization().newDeserializer(properties));
  }
}
