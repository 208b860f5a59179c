package dev.paddock.loadtest;

import dev.paddock.worker.pool.ResidentMemory;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Looks every second at what processes use, apart by what they are for. */
final class UsageSampler implements AutoCloseable {

  /** What processes are for. */
  enum Part {
    WORKERS,
    SANDBOXES,
    BROKER,
    GENERATOR;

    /** As reports have it. */
    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What one part used in one interval.
   *
   * @param cores CPU time by time; what a process used between the last look and its end is missing
   * @param residentBytes resident memory at its end
   */
  record Use(double cores, long residentBytes) {}

  /**
   * An interval of about a second.
   *
   * @param seconds when it ended, since the begin of the first
   */
  record Sample(double seconds, Map<Part, Use> uses) {

    Use use(Part part) {
      return Objects.requireNonNull(uses.get(part));
    }
  }

  private final Map<Part, Supplier<Stream<ProcessHandle>>> processes;
  private final Map<Long, Long> cpuNanos = new HashMap<>();
  private final List<Sample> samples = new ArrayList<>();
  private final long begin = System.nanoTime();
  private final Thread thread = Thread.ofPlatform().daemon().name("usage").unstarted(this::run);
  private long lastLook = begin;

  private UsageSampler(Map<Part, Supplier<Stream<ProcessHandle>>> processes) {
    this.processes = new EnumMap<>(processes);
  }

  /** Begins with what all have used by now; processes that come later count from their start. */
  static UsageSampler start(Map<Part, Supplier<Stream<ProcessHandle>>> processes) {
    UsageSampler sampler = new UsageSampler(processes);
    processes.keySet().forEach(sampler::cpuSinceLastLook);
    sampler.thread.start();
    return sampler;
  }

  /** Ends with a last look, and gives all of them. */
  List<Sample> stop() throws InterruptedException {
    thread.interrupt();
    thread.join();
    look();
    return List.copyOf(samples);
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void run() {
    try {
      while (true) {
        TimeUnit.SECONDS.sleep(1);
        look();
      }
    } catch (InterruptedException e) {
      // It is the end.
    }
  }

  private void look() {
    long now = System.nanoTime();
    Map<Part, Use> uses = new EnumMap<>(Part.class);
    for (Part part : processes.keySet()) {
      double cores = (double) cpuSinceLastLook(part) / (now - lastLook);
      uses.put(
          part,
          new Use(cores, processes(part).mapToLong(one -> ResidentMemory.of(one.pid())).sum()));
    }
    samples.add(new Sample((now - begin) / 1e9, uses));
    lastLook = now;
  }

  private long cpuSinceLastLook(Part part) {
    return processes(part)
        .mapToLong(
            process -> {
              long now = Pen.cpuNanos(process);
              Long before = cpuNanos.put(process.pid(), now);
              return before == null ? now : Math.max(0, now - before);
            })
        .sum();
  }

  private Stream<ProcessHandle> processes(Part part) {
    return Objects.requireNonNull(processes.get(part)).get();
  }
}
