package dev.paddock.schemas.serde;

import dev.paddock.schemas.TrustedContracts;
import dev.paddock.schemas.registry.RegistryClient;
import dev.paddock.schemas.registry.RegistrySettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericContainer;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes Avro records, generic and generated ones, and registers their schemas under {@code
 * TOPIC-value} or {@code TOPIC-key}. Takes the properties of {@link RegistrySettings}, and {@code
 * auto.register.schemas} (true unless set): where false, a schema must be there already. For any
 * thread once configured.
 */
public final class AvroSerializer implements Serializer<Object> {

  static {
    TrustedContracts.trust();
  }

  /** Generated classes have logical types converted, generic records of the same schema not. */
  private record Shape(Schema schema, boolean generated) {}

  private final Map<Shape, DatumWriter<Object>> writers = new ConcurrentHashMap<>();
  private @Nullable RegistryClient registry;
  private boolean key;
  private boolean register = true;

  @Override
  public void configure(Map<String, ?> properties, boolean isKey) {
    registry = new RegistryClient(RegistrySettings.of(properties), Clock.systemUTC());
    key = isKey;
    register = SerdeProperties.isTrue(properties, "auto.register.schemas", true);
    SerdeProperties.refuseUnsupported(properties);
  }

  /**
   * Writes a record.
   *
   * @return the payload, or null for null
   * @throws SerializationException where the data is no Avro record or does not fit its schema
   * @throws org.apache.kafka.common.KafkaException where the registry cannot be used; see {@link
   *     RegistryClient}
   */
  @Override
  public byte @Nullable [] serialize(String topic, @Nullable Object data) {
    if (data == null) {
      return null;
    }
    if (!(data instanceof GenericContainer record)) {
      throw new SerializationException(
          "A " + data.getClass().getName() + " for " + topic + "; it must be an Avro record");
    }
    Schema schema = record.getSchema();
    int id = idOf(Subjects.of(topic, key), schema);
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    out.writeBytes(PayloadHeader.of(id));
    try {
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
      writers
          .computeIfAbsent(new Shape(schema, record instanceof SpecificRecord), _ -> writer(record))
          .write(data, encoder);
      encoder.flush();
    } catch (IOException | AvroRuntimeException | ClassCastException | NullPointerException e) {
      throw new SerializationException(
          "A record for " + topic + " does not fit " + schema.getFullName() + ": " + e.getMessage(),
          e);
    }
    return out.toByteArray();
  }

  @Override
  public void close() {
    if (registry != null) {
      registry.close();
    }
  }

  private int idOf(String subject, Schema schema) {
    if (registry == null) {
      throw new IllegalStateException("configure() comes first");
    }
    return register ? registry.register(subject, schema) : registry.lookUp(subject, schema);
  }

  private static DatumWriter<Object> writer(GenericContainer record) {
    Schema schema = record.getSchema();
    return record instanceof SpecificRecord
        ? new SpecificDatumWriter<>(schema, SpecificData.getForClass(record.getClass()))
        : new GenericDatumWriter<>(schema, GenericData.get());
  }
}
