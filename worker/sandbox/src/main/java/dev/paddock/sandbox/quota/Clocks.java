package dev.paddock.sandbox.quota;

import com.sun.management.ThreadMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * CPU time, wall time and allocation of the guest thread. Where the process is the guest's, garbage
 * collection is its doing and counts as its CPU time; compiling is not and does not.
 */
final class Clocks {

  /**
   * @param wallNanos System.nanoTime()
   * @param cpuNanos CPU time of the guest thread and of collections, in ns
   * @param allocatedBytes by the guest thread
   */
  record Reading(long wallNanos, long cpuNanos, long allocatedBytes) {}

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final List<GarbageCollectorMXBean> collectors;

  Clocks(Scope scope) {
    collectors =
        scope == Scope.PROCESS ? ManagementFactory.getGarbageCollectorMXBeans() : List.of();
  }

  /** Reads them for a guest thread. */
  Reading read(long guestId) {
    return new Reading(
        System.nanoTime(),
        threads.getThreadCpuTime(guestId) + collectingNanos(),
        threads.getThreadAllocatedBytes(guestId));
  }

  /** CPU time of collections so far, in ns, where they are the guest's. */
  long collectingNanos() {
    long millis = 0;
    for (GarbageCollectorMXBean collector : collectors) {
      millis += collector.getCollectionTime();
    }
    return millis * 1_000_000;
  }
}
