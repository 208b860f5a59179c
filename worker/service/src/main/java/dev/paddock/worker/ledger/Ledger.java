package dev.paddock.worker.ledger;

import dev.paddock.worker.Position;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the books of what was read: every record is in flight from {@link #receive} to {@link
 * #settle} and held until it is committed, and nothing at or behind a record in flight is ever
 * committable. Each stay of a partition has a page of its own. Owned by one thread.
 */
public final class Ledger {

  private record Share(TopicPartition partition, PartitionLedger page, int records) {

    static Share of(TopicPartition partition, PartitionLedger page) {
      return new Share(partition, page, page.committableRecords());
    }
  }

  private final Map<TopicPartition, PartitionLedger> partitions = new HashMap<>();
  private long lastPage;
  private long settled;
  private long committed;

  /**
   * A record was read.
   *
   * @return false where it is held already, and must not be handed on again
   */
  public boolean receive(Position position, int bytes) {
    return page(partition(position)).receive(position.offset(), bytes);
  }

  /** The partition was read up to this offset, which itself was not read. */
  public void readTo(TopicPartition partition, long offset) {
    page(partition).readTo(offset);
  }

  /**
   * The number of the partition's page, never used before and never again: by it an answer to what
   * was read before the partition was given up is told from one to what was read since.
   */
  public long pageNumber(TopicPartition partition) {
    return page(partition).number();
  }

  /** A record's outcome is published. Ignored where the record is not in flight, or no longer. */
  public void settle(Position position) {
    PartitionLedger page = partitions.get(partition(position));
    if (page != null) {
      settled++;
      page.settle(position.offset(), 0);
    }
  }

  /**
   * A record's outcome waits to be committed together with its offset. Ignored where the record is
   * not in flight, or was read for another page.
   *
   * @param outcomeBytes what the outcome takes in memory while it is held
   */
  public void settle(Position position, long pageNumber, int outcomeBytes) {
    PartitionLedger page = partitions.get(partition(position));
    if (page != null && page.number() == pageNumber) {
      settled++;
      page.settle(position.offset(), outcomeBytes);
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

  /**
   * A part of that: of these partitions alone, and of all together no more than so many records and
   * bytes, but of each its first record. A partition that has little leaves more to the others.
   */
  public Map<TopicPartition, Long> committable(
      Collection<TopicPartition> some, int mostRecords, long mostBytes) {
    List<Share> shares =
        partitions.entrySet().stream()
            .filter(entry -> some.contains(entry.getKey()) && entry.getValue().hasCommittable())
            .map(entry -> Share.of(entry.getKey(), entry.getValue()))
            .sorted(Comparator.comparingInt(Share::records))
            .toList();
    Map<TopicPartition, Long> offsets = new HashMap<>();
    int recordsLeft = mostRecords;
    long bytesLeft = mostBytes;
    int left = shares.size();
    for (Share share : shares) {
      PartitionLedger.Beginning taken =
          share.page().committable(recordsLeft / left, bytesLeft / left);
      offsets.put(share.partition(), taken.offset());
      recordsLeft -= taken.records();
      bytesLeft -= taken.bytes();
      left--;
    }
    return offsets;
  }

  /** Records that {@link #committable} would commit. */
  public int committableRecords() {
    int sum = 0;
    for (PartitionLedger page : partitions.values()) {
      sum += page.committableRecords();
    }
    return sum;
  }

  /** Whether {@link #committable} would commit records that are not below these offsets. */
  public boolean hasCommittableBeyond(Map<TopicPartition, Long> offsets) {
    return partitions.entrySet().stream()
        .anyMatch(
            entry ->
                entry
                    .getValue()
                    .hasCommittableRecordsFrom(offsets.getOrDefault(entry.getKey(), 0L)));
  }

  /** These offsets are committed. Partitions that are no longer known are ignored. */
  public void commit(Map<TopicPartition, Long> offsets) {
    committed++;
    offsets.forEach(
        (partition, offset) -> {
          PartitionLedger page = partitions.get(partition);
          if (page != null) {
            page.commit(offset);
          }
        });
  }

  /** How often something was settled; tells whether anything is. */
  public long settlements() {
    return settled;
  }

  /** How often something was committed; tells whether anything is. */
  public long commits() {
    return committed;
  }

  /** Forgets partitions with everything in flight: another worker will read it again. */
  public void forget(Collection<TopicPartition> lost) {
    lost.forEach(partitions::remove);
  }

  /** Records in flight. */
  public int inFlight() {
    int sum = 0;
    for (PartitionLedger page : partitions.values()) {
      sum += page.inFlight();
    }
    return sum;
  }

  /** Records in flight of these partitions. */
  public int inFlight(Collection<TopicPartition> some) {
    return some.stream().mapToInt(this::inFlightOf).sum();
  }

  /** Size of the records in flight, in bytes. */
  public long inFlightBytes() {
    return partitions.values().stream().mapToLong(PartitionLedger::inFlightBytes).sum();
  }

  /** Records that are not committed. */
  public int held() {
    return partitions.values().stream().mapToInt(PartitionLedger::held).sum();
  }

  /** Size of those records and of their outcomes, in bytes. */
  public long heldBytes() {
    return partitions.values().stream().mapToLong(PartitionLedger::heldBytes).sum();
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
    return partitions.computeIfAbsent(partition, _ -> new PartitionLedger(++lastPage));
  }
}
