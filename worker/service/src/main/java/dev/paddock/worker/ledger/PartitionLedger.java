package dev.paddock.worker.ledger;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One partition's page. What may be committed is the lowest offset in flight, or the end of what
 * was read where none is: so gaps in the offsets, from compaction or transactions, need no care.
 */
final class PartitionLedger {

  private static final long NONE = -1;

  private final long number;

  /** Offset to size in bytes. */
  private final TreeMap<Long, Integer> inFlight = new TreeMap<>();

  /** The same of all that is not committed: what is in flight, and what is settled. */
  private final TreeMap<Long, Long> held = new TreeMap<>();

  private long inFlightBytes;
  private long heldBytes;
  private long end = NONE;
  private long committed = NONE;

  PartitionLedger(long number) {
    this.number = number;
  }

  long number() {
    return number;
  }

  /** Whether the offset is not known already. */
  boolean receive(long offset, int bytes) {
    end = Math.max(end, offset + 1);
    if (held.putIfAbsent(offset, (long) bytes) != null) {
      return false;
    }
    inFlight.put(offset, bytes);
    inFlightBytes += bytes;
    heldBytes += bytes;
    return true;
  }

  void readTo(long offset) {
    end = Math.max(end, offset);
  }

  /** Ignored where the offset is not in flight. */
  void settle(long offset, int outcomeBytes) {
    @Nullable Integer bytes = inFlight.remove(offset);
    if (bytes != null) {
      inFlightBytes -= bytes;
      heldBytes += outcomeBytes;
      held.merge(offset, (long) outcomeBytes, Long::sum);
    }
  }

  void commit(long offset) {
    committed = Math.max(committed, offset);
    while (!held.isEmpty() && held.firstKey() < committed) {
      heldBytes -= held.pollFirstEntry().getValue();
    }
  }

  boolean hasCommittable() {
    return committable() > committed;
  }

  long committable() {
    return inFlight.isEmpty() ? end : inFlight.firstKey();
  }

  /**
   * A beginning of what is committable.
   *
   * @param offset the next one behind it
   */
  record Beginning(long offset, int records, long bytes) {}

  /** A beginning that is no larger than this, unless its first record is. */
  Beginning committable(int mostRecords, long mostBytes) {
    int records = 0;
    long bytes = 0;
    for (Map.Entry<Long, Long> entry : held.headMap(committable()).entrySet()) {
      if (records > 0 && (records >= mostRecords || bytes + entry.getValue() > mostBytes)) {
        return new Beginning(entry.getKey(), records, bytes);
      }
      records++;
      bytes += entry.getValue();
    }
    return new Beginning(committable(), records, bytes);
  }

  int committableRecords() {
    return held.headMap(committable()).size();
  }

  boolean hasCommittableRecordsFrom(long offset) {
    @Nullable Long first = held.ceilingKey(offset);
    return first != null && first < committable();
  }

  int inFlight() {
    return inFlight.size();
  }

  long inFlightBytes() {
    return inFlightBytes;
  }

  int held() {
    return held.size();
  }

  long heldBytes() {
    return heldBytes;
  }
}
