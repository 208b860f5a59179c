package dev.paddock.schemas.serde;

import dev.paddock.schemas.TrustedContracts;
import dev.paddock.schemas.registry.RegistryClient;
import dev.paddock.schemas.registry.RegistrySettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.DateTimeException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.DatumReader;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads Avro records. Takes the properties of {@link RegistrySettings}, and {@code
 * specific.avro.reader} (false unless set): where true, records are read into the generated class
 * of the writer schema's name by that class's own schema, whatever version they were written with.
 * For any thread once configured.
 */
public final class AvroDeserializer implements Deserializer<Object> {

  private static final int MAX_CACHED = 1000;

  static {
    TrustedContracts.trust();
  }

  private final Map<Integer, DatumReader<Object>> readers = new ConcurrentHashMap<>();
  private @Nullable RegistryClient registry;
  private boolean specific;

  @Override
  public void configure(Map<String, ?> properties, boolean isKey) {
    registry = new RegistryClient(RegistrySettings.of(properties), Clock.systemUTC());
    specific = SerdeProperties.isTrue(properties, "specific.avro.reader", false);
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
    BoundedDecoder decoder = new BoundedDecoder(data, WireFormat.HEADER_BYTES);
    try {
      Object record = reader.read(null, decoder);
      if (!decoder.isEnd()) {
        throw new MalformedPayloadException("There are bytes left over after the record");
      }
      return record;
    } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException e) {
      throw unfit(id, e);
    } catch (UnsupportedOperationException | ClassCastException | IllegalArgumentException e) {
      // Avro's ways to say that a length or a type is out of bounds.
      throw unfit(id, e);
    } catch (ArithmeticException | DateTimeException e) {
      throw unfit(id, e); // a timestamp beyond what Java can hold
    } catch (StackOverflowError e) {
      throw unfit(id, e); // a schema that contains itself, and a payload that makes much of it
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
    DatumReader<Object> reader = Readers.reader(registry.byId(id), specific);
    if (readers.size() >= MAX_CACHED) {
      readers.clear();
    }
    readers.put(id, reader);
    return reader;
  }

  private static MalformedPayloadException unfit(int id, Throwable e) {
    String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new MalformedPayloadException(
        "The payload does not fit its schema " + id + ": " + reason, e);
  }
}
