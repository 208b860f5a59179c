package dev.paddock.schemas.serde;

import dev.paddock.schemas.TrustedContracts;
import dev.paddock.schemas.registry.RegistryClient;
import dev.paddock.schemas.registry.RegistrySettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads Avro records. Takes the properties of {@link RegistrySettings}, and {@code
 * specific.avro.reader} (false unless set): where true and there is a generated class of the writer
 * schema's name, records are read into it by its own schema, whatever version they were written
 * with. For any thread once configured.
 */
public final class AvroDeserializer implements Deserializer<Object> {

  /**
   * The most bytes, characters or items that one value may claim to have. Avro makes room for what
   * a length says before it has read anything, so that a few bytes could ask for gigabytes.
   */
  private static final String MAX_LENGTH = Integer.toString(64 << 20);

  private static final int MAX_CACHED = 1000;

  static {
    TrustedContracts.trust();
    for (String limited : new String[] {"bytes", "string", "collectionItems"}) {
      String property = "org.apache.avro.limits." + limited + ".maxLength";
      if (System.getProperty(property) == null) {
        System.setProperty(property, MAX_LENGTH);
      }
    }
  }

  private final Map<Integer, DatumReader<Object>> readers = new ConcurrentHashMap<>();
  private @Nullable RegistryClient registry;
  private boolean specific;

  @Override
  public void configure(Map<String, ?> properties, boolean isKey) {
    registry = new RegistryClient(RegistrySettings.of(properties), Clock.systemUTC());
    Object wanted = properties.get("specific.avro.reader");
    specific = wanted != null && Boolean.parseBoolean(wanted.toString());
  }

  /**
   * Reads a payload.
   *
   * @return the record, or null for null
   * @throws MalformedPayloadException where the bytes are no record, for good
   * @throws dev.paddock.schemas.registry.SchemaNotFoundException where nobody knows the schema
   * @throws org.apache.kafka.common.KafkaException where the registry cannot be used; see {@link
   *     RegistryClient}
   */
  @Override
  public @Nullable Object deserialize(String topic, byte @Nullable [] data) {
    if (data == null) {
      return null;
    }
    if (data.length < WireFormat.HEADER_BYTES) {
      throw new MalformedPayloadException(
          "A payload of " + data.length + " bytes; magic byte and schema id alone take 5");
    }
    ByteBuffer header = ByteBuffer.wrap(data);
    byte magic = header.get();
    if (magic != WireFormat.MAGIC) {
      throw new MalformedPayloadException(
          "The magic byte is " + magic + "; it must be 0, followed by a schema id and Avro binary");
    }
    int id = header.getInt();
    DatumReader<Object> reader = readerOf(id);
    BinaryDecoder decoder =
        DecoderFactory.get()
            .binaryDecoder(
                data, WireFormat.HEADER_BYTES, data.length - WireFormat.HEADER_BYTES, null);
    try {
      Object record = reader.read(null, decoder);
      if (!decoder.isEnd()) {
        throw new MalformedPayloadException("There are bytes left over after the record");
      }
      return record;
    } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException e) {
      throw new MalformedPayloadException(
          "The payload does not fit its schema " + id + ": " + reason(e), e);
    } catch (UnsupportedOperationException | ClassCastException | NumberFormatException e) {
      // Avro's ways to say that a length or a type is out of bounds.
      throw new MalformedPayloadException(
          "The payload does not fit its schema " + id + ": " + reason(e), e);
    }
  }

  @Override
  public void close() {
    if (registry != null) {
      registry.close();
    }
  }

  private DatumReader<Object> readerOf(int id) {
    DatumReader<Object> known = readers.get(id);
    if (known != null) {
      return known;
    }
    if (registry == null) {
      throw new IllegalStateException("configure() comes first");
    }
    DatumReader<Object> reader = reader(registry.byId(id));
    if (readers.size() >= MAX_CACHED) {
      readers.clear();
    }
    readers.put(id, reader);
    return reader;
  }

  private DatumReader<Object> reader(Schema writer) {
    if (specific && writer.getType() == Schema.Type.RECORD) {
      Class<?> generated = SpecificData.get().getClass(writer);
      if (generated != null) {
        SpecificData data = SpecificData.getForClass(generated);
        return new SpecificDatumReader<>(writer, data.getSchema(generated), data);
      }
    }
    return new GenericDatumReader<>(writer);
  }

  private static String reason(Exception e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
