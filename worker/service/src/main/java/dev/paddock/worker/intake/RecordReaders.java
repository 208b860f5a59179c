package dev.paddock.worker.intake;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Everything that is read: a reader for each topic. Used by one thread. */
public final class RecordReaders implements RecordReader {

  private final Map<String, RecordReader> byTopic;

  /**
   * @param byTopic one or more; closed with this
   */
  public RecordReaders(Map<String, RecordReader> byTopic) {
    this.byTopic = new TreeMap<>(byTopic);
  }

  /** The topics' names. */
  List<String> topics() {
    return List.copyOf(byTopic.keySet());
  }

  @Override
  public Read read(ConsumerRecord<byte[], byte[]> record) {
    RecordReader reader = byTopic.get(record.topic());
    if (reader == null) {
      throw new IllegalStateException("Nobody has subscribed to " + record.topic());
    }
    return reader.read(record);
  }

  @Override
  public void close() {
    byTopic.values().forEach(RecordReader::close);
  }
}
