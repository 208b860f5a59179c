package dev.paddock.worker.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/** The ledger as one would first write it: a list of all records, walked for every question. */
final class LedgerModel {

  private record Entry(
      TopicPartition partition, long offset, int bytes, boolean done, int outcomeBytes) {}

  private List<Entry> entries = new ArrayList<>();
  private final Map<TopicPartition, Long> committed = new HashMap<>();
  private final Map<TopicPartition, Long> ends = new HashMap<>();

  long end(TopicPartition partition) {
    return ends.getOrDefault(partition, 0L);
  }

  void receive(TopicPartition partition, long offset, int bytes) {
    entries.add(new Entry(partition, offset, bytes, false, 0));
    ends.put(partition, offset + 1);
  }

  void settle(TopicPartition partition, long offset, int outcomeBytes) {
    entries.replaceAll(
        entry ->
            entry.partition().equals(partition) && entry.offset() == offset && !entry.done()
                ? new Entry(partition, offset, entry.bytes(), true, outcomeBytes)
                : entry);
  }

  void commit(Map<TopicPartition, Long> offsets) {
    committed.putAll(offsets);
  }

  void forget(TopicPartition partition) {
    entries =
        new ArrayList<>(entries.stream().filter(e -> !e.partition().equals(partition)).toList());
    committed.remove(partition);
  }

  Map<TopicPartition, Long> committable() {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (Entry entry : entries) { // in order of offsets, as they were received
      boolean stuck =
          entries.stream()
              .anyMatch(
                  earlier ->
                      earlier.partition().equals(entry.partition())
                          && earlier.offset() < entry.offset()
                          && !earlier.done());
      if (!stuck) {
        offsets.put(entry.partition(), entry.done() ? entry.offset() + 1 : entry.offset());
      }
    }
    offsets.entrySet().removeIf(e -> committed.getOrDefault(e.getKey(), -1L) >= e.getValue());
    return offsets;
  }

  int committableRecords() {
    return (int)
        held()
            .filter(
                entry ->
                    entries.stream()
                        .allMatch(
                            earlier ->
                                !earlier.partition().equals(entry.partition())
                                    || earlier.offset() > entry.offset()
                                    || earlier.done()))
            .count();
  }

  /** How many records would be committed with these offsets. */
  int recordsBelow(Map<TopicPartition, Long> offsets) {
    return (int) held().filter(e -> e.offset() < offsets.getOrDefault(e.partition(), 0L)).count();
  }

  /** What was read and is not committed. */
  private Stream<Entry> held() {
    return entries.stream()
        .filter(entry -> entry.offset() >= committed.getOrDefault(entry.partition(), 0L));
  }

  int heldRecords() {
    return (int) held().count();
  }

  long heldBytes() {
    return held().mapToLong(entry -> entry.bytes() + (long) entry.outcomeBytes()).sum();
  }

  int inFlight() {
    return (int) entries.stream().filter(entry -> !entry.done()).count();
  }

  long inFlightBytes() {
    return entries.stream().filter(e -> !e.done()).mapToLong(Entry::bytes).sum();
  }
}
