package dev.paddock.sandbox.quota;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;

/**
 * What the guest retains: the use of the old generation above what the sandbox itself keeps there.
 * Exact after a collection, because this process has one guest thread. Needs the serial collector.
 */
final class HeapGauge {

  /** Growth of the sandbox's own share that is worth a collection between two runs, in bytes. */
  private static final long REBASE_BYTES = 4L << 20;

  private final MemoryPoolMXBean tenured =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getName().equals("Tenured Gen"))
          .findFirst()
          .orElseThrow(
              () -> new IllegalStateException("The sandbox needs -XX:+UseSerialGC to measure"));

  private volatile long baseline;

  /** Charges the sandbox with whatever lives now. Called between runs. */
  void rebase() {
    System.gc();
    baseline = tenured.getCollectionUsage().getUsed();
  }

  /** Rebases where garbage or caches of earlier runs would be charged to the next one. */
  void rebaseIfGrown() {
    if (used() > REBASE_BYTES) {
      rebase();
    }
  }

  /** Bytes above the baseline, garbage included; 0 or more. */
  long used() {
    return Math.max(0, tenured.getUsage().getUsed() - baseline);
  }

  /** Bytes above the baseline that survive a collection; 0 or more. */
  long retained() {
    System.gc();
    return Math.max(0, tenured.getCollectionUsage().getUsed() - baseline);
  }

  /** The most that the old generation can hold above the baseline, in bytes. */
  long capacity() {
    return Math.max(0, tenured.getUsage().getMax() - baseline);
  }
}
