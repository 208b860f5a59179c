package dev.paddock.schemas.serde;

import dev.paddock.schemas.SharedRegistry;
import dev.paddock.schemas.registry.RegistryClient;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** Serializers on the shared registry, and payloads made by hand. */
final class Serdes {

  private static final String SPECIFIC = "specific.avro.reader";

  private Serdes() {}

  static AvroSerializer serializer() {
    AvroSerializer serializer = new AvroSerializer();
    serializer.configure(SharedRegistry.properties(Map.of()), false);
    return serializer;
  }

  static AvroDeserializer deserializer(boolean specific) {
    AvroDeserializer deserializer = new AvroDeserializer();
    deserializer.configure(SharedRegistry.properties(Map.of(SPECIFIC, specific)), false);
    return deserializer;
  }

  static byte[] write(AvroSerializer serializer, String topic, Object record) {
    return Objects.requireNonNull(serializer.serialize(topic, record));
  }

  /** Registers a schema under a subject of its own. */
  static int register(Schema schema) {
    try (RegistryClient client = SharedRegistry.client(SharedRegistry.url())) {
      return client.register(SharedRegistry.topic(), schema);
    }
  }

  /** The wire format's header and these bytes. */
  static byte[] payload(int id, byte... avro) {
    return ByteBuffer.allocate(5 + avro.length).put((byte) 0).putInt(id).put(avro).array();
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /** What encodes a record of the schema. */
  static byte[] avro(Schema schema, Object datum) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<>(schema, GenericData.get()).write(datum, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  /** Avro's encoding of a long, as lengths and counts have it. */
  static byte[] number(long value) throws Exception {
    return avro(Schema.create(Schema.Type.LONG), value);
  }

  /** A schema with one field that takes no bytes unless its collection has items. */
  static Schema collection(String name, Schema collection) {
    return SchemaBuilder.record(name)
        .fields()
        .name("items")
        .type(collection)
        .noDefault()
        .endRecord();
  }
}
