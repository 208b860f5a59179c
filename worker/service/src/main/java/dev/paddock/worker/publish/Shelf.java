package dev.paddock.worker.publish;

import dev.paddock.worker.Position;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/** What waits for its transaction, per partition and in the order of offsets. For one thread. */
final class Shelf {

  /** Nobody waits for the outcome any more. */
  static final long NO_STAY = -1;

  /** One stay of a partition at this worker. */
  private static final class Row {

    final long stay;
    final NavigableMap<Long, Bundle> bundles = new TreeMap<>();
    long from;

    Row(long stay, long from) {
      this.stay = stay;
      this.from = from;
    }
  }

  private final Map<TopicPartition, Row> rows = new HashMap<>();

  void begin(TopicPartition partition, long offset, long stay) {
    rows.put(partition, new Row(stay, offset));
  }

  void forget(Collection<TopicPartition> partitions) {
    partitions.forEach(rows::remove);
  }

  /** The stay that an outcome of this position would be kept for, or {@link #NO_STAY}. */
  long stayOf(Position position) {
    Row row = rows.get(partition(position));
    return row == null || position.offset() < row.from ? NO_STAY : row.stay;
  }

  /** Keeps an outcome; another one of the same position is as good, and takes its place. */
  void put(Bundle bundle) {
    Row row = rows.get(partition(bundle.position()));
    if (row != null) {
      row.bundles.put(bundle.position().offset(), bundle);
    }
  }

  /** What is kept below these offsets. */
  List<Bundle> below(Map<TopicPartition, Long> offsets) {
    List<Bundle> found = new ArrayList<>();
    offsets.forEach(
        (partition, offset) -> {
          Row row = rows.get(partition);
          if (row != null) {
            found.addAll(row.bundles.headMap(offset).values());
          }
        });
    return found;
  }

  /** What is below these offsets is written. */
  void written(Map<TopicPartition, Long> offsets) {
    offsets.forEach(
        (partition, offset) -> {
          Row row = rows.get(partition);
          if (row != null) {
            row.bundles.headMap(offset).clear();
            row.from = Math.max(row.from, offset);
          }
        });
  }

  private static TopicPartition partition(Position position) {
    return new TopicPartition(position.topic(), position.partition());
  }
}
