package dev.paddock.worker.ledger;

import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One partition's page. What may be committed is the lowest offset in flight, or the end of what
 * was read where none is: so gaps in the offsets, from compaction or transactions, need no care.
 */
final class PartitionLedger {

  private static final long NONE = -1;

  /** Offset to size in bytes. */
  private final TreeMap<Long, Integer> inFlight = new TreeMap<>();

  private long end = NONE;
  private long committed = NONE;

  /** Whether the offset was not in flight already. */
  boolean receive(long offset, int bytes) {
    end = Math.max(end, offset + 1);
    return inFlight.putIfAbsent(offset, bytes) == null;
  }

  void readTo(long offset) {
    end = Math.max(end, offset);
  }

  /** The size of what was settled, or null where the offset is not in flight. */
  @Nullable Integer settle(long offset) {
    return inFlight.remove(offset);
  }

  void commit(long offset) {
    committed = Math.max(committed, offset);
  }

  boolean hasCommittable() {
    return committable() > committed;
  }

  long committable() {
    return inFlight.isEmpty() ? end : inFlight.firstKey();
  }

  int inFlight() {
    return inFlight.size();
  }

  long inFlightBytes() {
    return inFlight.values().stream().mapToLong(Integer::longValue).sum();
  }
}
