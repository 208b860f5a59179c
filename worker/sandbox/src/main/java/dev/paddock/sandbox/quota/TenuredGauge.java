package dev.paddock.sandbox.quota;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;

/**
 * The use of the old generation above what the sandbox itself keeps there. Exact after a
 * collection, which leaves nothing in the young one, because this process has one guest thread.
 * Needs the serial collector.
 */
final class TenuredGauge implements HeapGauge {

  /** Growth of the sandbox's own share that is worth a collection between two runs, in bytes. */
  private static final long REBASE_BYTES = 4L << 20;

  private final MemoryPoolMXBean tenured = pool("Tenured Gen");
  private final MemoryPoolMXBean eden = pool("Eden Space");
  private final MemoryPoolMXBean survivors = pool("Survivor Space");

  private volatile long baseline;

  @Override
  public void rebase() {
    baseline = live();
  }

  @Override
  public void rebaseIfGrown() {
    if (used() > REBASE_BYTES) {
      rebase();
    }
  }

  @Override
  public void exempt(Runnable work) {
    long guests = live() - baseline;
    work.run();
    baseline = live() - guests;
  }

  @Override
  public long used() {
    return Math.max(0, tenured.getUsage().getUsed() - baseline);
  }

  /** What is young may be another's garbage, but then the guest has not allocated it. */
  @Override
  public long suspected(long allocatedBytes) {
    long young = eden.getUsage().getUsed() + survivors.getUsage().getUsed();
    return used() + Math.min(young, allocatedBytes);
  }

  @Override
  public long retained() {
    return Math.max(0, live() - baseline);
  }

  @Override
  public long capacity() {
    return Math.max(0, tenured.getUsage().getMax() - baseline);
  }

  private long live() {
    System.gc();
    return tenured.getCollectionUsage().getUsed();
  }

  private static MemoryPoolMXBean pool(String name) {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getName().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("The sandbox needs -XX:+UseSerialGC to measure"));
  }
}
