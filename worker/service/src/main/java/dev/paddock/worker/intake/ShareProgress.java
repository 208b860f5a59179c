package dev.paddock.worker.intake;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Whether a share group gets on, by what brokers tell of its partitions. They do not tell what its
 * members hold, so only what is done with counts. For one thread.
 */
final class ShareProgress {

  /**
   * A partition as seen in one look. Its offsets come from several answers, of which {@code end} is
   * not older than {@code lag}.
   *
   * @param start the first offset that the group is not done with, which may be an old one
   * @param lag records from there to the end that nobody is done with
   * @param first the first offset that there still is
   * @param stable where the first open transaction begins, or the end
   * @param end the offset of the next record
   */
  record Sight(long start, long lag, long first, long stable, long end) {

    /**
     * Records that somebody holds or could read; at least these. What a transaction has not
     * committed cannot be read, and what was deleted before it was read never will be.
     */
    long waiting() {
      return Math.max(0, lag - (end - stable) - Math.max(0, first - start));
    }

    /** Grows with what is done, and a little with what is sent between two answers. */
    private long done() {
      return end - lag;
    }
  }

  private final Map<TopicPartition, Sight> furthest = new HashMap<>();
  private long steps;

  /**
   * Notes what there is now.
   *
   * @return a counter, which changes where the group has got on since the look before
   */
  long look(Map<TopicPartition, Sight> sights) {
    furthest.keySet().retainAll(sights.keySet());
    sights.forEach(
        (partition, now) -> {
          @Nullable Sight before = furthest.get(partition);
          if (before == null || before.start() != now.start() || before.done() < now.done()) {
            furthest.put(partition, now);
            steps++;
          }
        });
    return steps;
  }
}
