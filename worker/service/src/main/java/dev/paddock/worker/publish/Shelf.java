package dev.paddock.worker.publish;

import dev.paddock.worker.Execution;
import dev.paddock.worker.Outcome;
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
    final long sinceNanos;
    final NavigableMap<Long, Bundle> bundles = new TreeMap<>();
    long from;

    Row(long stay, long from, long sinceNanos) {
      this.stay = stay;
      this.from = from;
      this.sinceNanos = sinceNanos;
    }
  }

  private final Map<TopicPartition, Row> rows = new HashMap<>();

  /**
   * A partition is read from this offset on.
   *
   * @param sinceNanos System.nanoTime() before the first record was read
   */
  void begin(TopicPartition partition, long offset, long stay, long sinceNanos) {
    rows.put(partition, new Row(stay, offset, sinceNanos));
  }

  void forget(Collection<TopicPartition> partitions) {
    partitions.forEach(rows::remove);
  }

  /**
   * The stay that an outcome would be kept for, or {@link #NO_STAY}. What was read in an earlier
   * stay is read again in this one, behind what stands before it: where order matters, its outcome
   * has come too soon.
   */
  long stayOf(Outcome outcome) {
    Row row = rows.get(partition(outcome.position()));
    Execution execution = outcome.execution();
    return row == null
            || outcome.position().offset() < row.from
            || (execution != null && execution.readNanos() - row.sinceNanos < 0)
        ? NO_STAY
        : row.stay;
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
