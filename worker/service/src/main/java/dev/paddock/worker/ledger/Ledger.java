package dev.paddock.worker.ledger;

import dev.paddock.worker.Position;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the books of what was read: every record is in flight from {@link #receive} to {@link
 * #settle}, and nothing at or behind a record in flight is ever committable. Owned by one thread.
 */
public final class Ledger {

  private final Map<TopicPartition, PartitionLedger> partitions = new HashMap<>();
  private int inFlight;
  private long inFlightBytes;

  /**
   * A record was read.
   *
   * @return false where it is in flight already, and must not be handed on again
   */
  public boolean receive(Position position, int bytes) {
    boolean fresh = page(partition(position)).receive(position.offset(), bytes);
    if (fresh) {
      inFlight++;
      inFlightBytes += bytes;
    }
    return fresh;
  }

  /** The partition was read up to this offset, which itself was not read. */
  public void readTo(TopicPartition partition, long offset) {
    page(partition).readTo(offset);
  }

  /** A record's outcome is published. Ignored where the record is not in flight, or no longer. */
  public void settle(Position position) {
    PartitionLedger page = partitions.get(partition(position));
    Integer bytes = page == null ? null : page.settle(position.offset());
    if (bytes != null) {
      inFlight--;
      inFlightBytes -= bytes;
    }
  }

  /** The next offset to read, of every partition where that has moved since it was committed. */
  public Map<TopicPartition, Long> committable() {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    partitions.forEach(
        (partition, page) -> {
          if (page.hasCommittable()) {
            offsets.put(partition, page.committable());
          }
        });
    return offsets;
  }

  /** These offsets are committed. Partitions that are no longer known are ignored. */
  public void commit(Map<TopicPartition, Long> offsets) {
    offsets.forEach(
        (partition, offset) -> {
          PartitionLedger page = partitions.get(partition);
          if (page != null) {
            page.commit(offset);
          }
        });
  }

  /** Forgets partitions with everything in flight: another worker will read it again. */
  public void forget(Collection<TopicPartition> lost) {
    for (TopicPartition partition : lost) {
      PartitionLedger page = partitions.remove(partition);
      if (page != null) {
        inFlight -= page.inFlight();
        inFlightBytes -= page.inFlightBytes();
      }
    }
  }

  /** Records in flight. */
  public int inFlight() {
    return inFlight;
  }

  /** Records in flight of these partitions. */
  public int inFlight(Collection<TopicPartition> some) {
    return some.stream().mapToInt(this::inFlightOf).sum();
  }

  /** Size of the records in flight, in bytes. */
  public long inFlightBytes() {
    return inFlightBytes;
  }

  /** The partition of a position. */
  public static TopicPartition partition(Position position) {
    return new TopicPartition(position.topic(), position.partition());
  }

  private int inFlightOf(TopicPartition partition) {
    @Nullable PartitionLedger page = partitions.get(partition);
    return page == null ? 0 : page.inFlight();
  }

  private PartitionLedger page(TopicPartition partition) {
    return partitions.computeIfAbsent(partition, _ -> new PartitionLedger());
  }
}
