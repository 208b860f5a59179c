package dev.paddock.loadtest;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * CPU time of processes that come and go. What one used between the last look and its end is
 * missing. For one thread.
 */
final class CpuMeter {

  private final Map<Long, Long> nanos = new HashMap<>();

  /** What these have used and those that were seen before, in ns, in steps of 10 ms. */
  long total(Stream<ProcessHandle> living) {
    living.forEach(process -> nanos.merge(process.pid(), Pen.cpuNanos(process), Math::max));
    return nanos.values().stream().mapToLong(Long::longValue).sum();
  }
}
