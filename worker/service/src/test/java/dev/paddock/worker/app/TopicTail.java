package dev.paddock.worker.app;

import dev.paddock.worker.config.Configuration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** What was written to a topic as {@link RecordTail} gives it, decoded. */
public final class TopicTail<T> implements AutoCloseable {

  /** A record, and the partition of this topic that it is in. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  public record Entry<T>(byte @Nullable [] key, T value, int partition) {}

  private final Class<T> type;
  private final Deserializer<Object> deserializer;
  private final RecordTail records;
  private final List<Entry<T>> entries = new ArrayList<>();

  private TopicTail(Class<T> type, Deserializer<Object> deserializer, RecordTail records) {
    this.type = type;
    this.deserializer = deserializer;
    this.records = records;
  }

  static <T> TopicTail<T> of(Configuration configuration, String topic, Class<T> type) {
    return new TopicTail<>(
        type,
        configuration.serialization().newDeserializer(configuration.registry().serdeProperties()),
        new RecordTail(configuration, topic));
  }

  /** All that there is by now, to the very end. */
  List<Entry<T>> read() {
    List<ConsumerRecord<byte[], byte[]>> all = records.read();
    for (ConsumerRecord<byte[], byte[]> record : all.subList(entries.size(), all.size())) {
      Object value = deserializer.deserialize(record.topic(), record.headers(), record.value());
      entries.add(new Entry<>(record.key(), type.cast(value), record.partition()));
    }
    return List.copyOf(entries);
  }

  @Override
  public String toString() {
    return type.getSimpleName();
  }

  @Override
  public void close() {
    records.close();
    deserializer.close();
  }
}
