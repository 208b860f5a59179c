package dev.paddock.loadtest;

import dev.paddock.worker.pool.ResidentMemory;
import java.util.ArrayList;
import java.util.EnumMap;
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

  /** Processes of one part, and what they had used at the last look. */
  private static final class Watched {

    final Supplier<Stream<ProcessHandle>> processes;
    final CpuMeter meter = new CpuMeter();
    long lastNanos;

    Watched(Supplier<Stream<ProcessHandle>> processes) {
      this.processes = processes;
      lastNanos = meter.total(processes.get());
    }

    long cpuSinceLastLook() {
      long before = lastNanos;
      lastNanos = meter.total(processes.get());
      return lastNanos - before;
    }

    long residentBytes() {
      return processes.get().mapToLong(one -> ResidentMemory.of(one.pid())).sum();
    }
  }

  private final Map<Part, Watched> parts = new EnumMap<>(Part.class);
  private final List<Sample> samples = new ArrayList<>();
  private final long begin = System.nanoTime();
  private final Thread thread = Thread.ofPlatform().daemon().name("usage").unstarted(this::run);
  private long lastLook = begin;

  private UsageSampler(Supplier<Stream<ProcessHandle>> workers, long broker) {
    parts.put(Part.WORKERS, new Watched(workers));
    parts.put(Part.SANDBOXES, new Watched(() -> workers.get().flatMap(ProcessHandle::descendants)));
    parts.put(Part.BROKER, new Watched(() -> ProcessHandle.of(broker).stream()));
    parts.put(Part.GENERATOR, new Watched(() -> Stream.of(ProcessHandle.current())));
  }

  /**
   * Begins with what all have used by now; processes that come later count from their start.
   *
   * @param workers whose descendants are the sandboxes
   * @param broker its process id
   */
  static UsageSampler start(Supplier<Stream<ProcessHandle>> workers, long broker) {
    UsageSampler sampler = new UsageSampler(workers, broker);
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
    parts.forEach(
        (part, watched) ->
            uses.put(
                part,
                new Use(
                    (double) watched.cpuSinceLastLook() / (now - lastLook),
                    watched.residentBytes())));
    samples.add(new Sample((now - begin) / 1e9, uses));
    lastLook = now;
  }
}
