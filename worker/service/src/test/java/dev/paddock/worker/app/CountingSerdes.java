package dev.paddock.worker.app;

import dev.paddock.schemas.serde.AvroDeserializer;
import dev.paddock.schemas.serde.AvroSerializer;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** What a user may bring along: classes of their own, which write down what they are asked. */
final class CountingSerdes {

  private CountingSerdes() {}

  /** Writes what {@link AvroSerializer} writes. */
  public static final class Out implements Serializer<Object> {

    static final Queue<Map<String, ?>> CONFIGURED = new ConcurrentLinkedQueue<>();
    static final Queue<Object> WRITTEN = new ConcurrentLinkedQueue<>();
    static final Queue<Out> CLOSED = new ConcurrentLinkedQueue<>();

    private final AvroSerializer avro = new AvroSerializer();

    @Override
    public void configure(Map<String, ?> properties, boolean isKey) {
      CONFIGURED.add(Map.copyOf(properties));
      avro.configure(properties, isKey);
    }

    @Override
    public byte @Nullable [] serialize(String topic, @Nullable Object data) {
      if (data != null) {
        WRITTEN.add(data);
      }
      return avro.serialize(topic, data);
    }

    @Override
    public void close() {
      CLOSED.add(this);
      avro.close();
    }
  }

  /** Reads what {@link AvroDeserializer} reads. */
  public static final class In implements Deserializer<Object> {

    static final Queue<Map<String, ?>> CONFIGURED = new ConcurrentLinkedQueue<>();
    static final Queue<Object> READ = new ConcurrentLinkedQueue<>();
    static final Queue<In> CLOSED = new ConcurrentLinkedQueue<>();

    private final AvroDeserializer avro = new AvroDeserializer();

    @Override
    public void configure(Map<String, ?> properties, boolean isKey) {
      CONFIGURED.add(Map.copyOf(properties));
      avro.configure(properties, isKey);
    }

    @Override
    public @Nullable Object deserialize(String topic, byte @Nullable [] data) {
      Object read = avro.deserialize(topic, data);
      if (read != null) {
        READ.add(read);
      }
      return read;
    }

    @Override
    public void close() {
      CLOSED.add(this);
      avro.close();
    }
  }
}
