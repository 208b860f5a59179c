package dev.paddock.worker.cli.replay;

import dev.paddock.worker.cli.replay.TopicReader.Stretch;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;

/** Where the requests are that are to be replayed: a bit for each record of the stretches. */
final class Chosen {

  private final Map<Integer, Stretch> stretches = new TreeMap<>();
  private final Map<Integer, BitSet> bits = new TreeMap<>();
  private long earliestMillis = Long.MAX_VALUE;
  private int requests;
  private int others;
  private boolean namingScripts;
  private boolean cutOff;

  /** Looks at a stretch, of which nothing is chosen yet. */
  void open(int partition, Stretch stretch) {
    if (stretch.length() > Integer.MAX_VALUE) {
      throw new ReplayRefusedException(
          "Partition %d has %,d records in that time, more than can be replayed at once; narrow it"
              .formatted(partition, stretch.length()));
    }
    stretches.put(partition, stretch);
    bits.put(partition, new BitSet());
  }

  /** Chooses a request. */
  void add(int partition, long offset, long timestampMillis, boolean namesScript) {
    mark(partition, offset);
    requests++;
    earliestMillis = Math.min(earliestMillis, timestampMillis);
    namingScripts |= namesScript;
  }

  /** Chooses a record that is no request, to be shown as such. */
  void addOther(int partition, long offset) {
    mark(partition, offset);
    others++;
  }

  /** More would have been chosen if that were allowed. */
  void cutOff() {
    cutOff = true;
  }

  boolean holds(int partition, long offset) {
    BitSet chosen = bits.get(partition);
    Stretch stretch = stretches.get(partition);
    return chosen != null
        && stretch != null
        && offset >= stretch.from()
        && offset < stretch.to()
        && chosen.get((int) (offset - stretch.from()));
  }

  Map<Integer, Stretch> stretches() {
    return stretches;
  }

  /** How many records, requests or not. */
  int count() {
    return requests + others;
  }

  int requests() {
    return requests;
  }

  /** The lowest timestamp of a request. */
  long earliestMillis() {
    return earliestMillis;
  }

  /** Whether there are requests that name their script. */
  boolean isNamingScripts() {
    return namingScripts;
  }

  boolean isCutOff() {
    return cutOff;
  }

  private void mark(int partition, long offset) {
    Stretch stretch = stretches.get(partition);
    BitSet chosen = bits.get(partition);
    if (stretch == null || chosen == null) {
      throw new IllegalStateException("Partition " + partition + " was not opened");
    }
    chosen.set((int) (offset - stretch.from()));
  }
}
