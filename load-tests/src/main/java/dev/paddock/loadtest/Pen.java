package dev.paddock.loadtest;

import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.Task;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.PoolConfig;
import dev.paddock.worker.pool.ResidentMemory;
import dev.paddock.worker.pool.SandboxCommand;
import dev.paddock.worker.pool.SandboxPool;
import dev.paddock.worker.pool.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/** A pool of sandboxes under measurement, and what its processes use. */
final class Pen implements AutoCloseable {

  private static final long LOOK_MILLIS = 5;

  private final SandboxPool pool;
  private final AtomicLong lastNumber = new AtomicLong();

  private Pen(SandboxPool pool) {
    this.pool = pool;
  }

  /**
   * Starts a pool of one sandbox and waits until it is ready.
   *
   * @param maxHeapBytes the highest heap limit of its tasks
   * @param settings of the worker's configuration, before those of file and environment
   */
  static Pen open(Path home, long maxHeapBytes, Map<String, String> settings)
      throws IOException, InterruptedException {
    Map<String, String> all = new HashMap<>(Map.of("pool.size", "1", "pool.spares", "0"));
    all.putAll(settings);
    List<String> assignments =
        all.entrySet().stream()
            .map(setting -> setting.getKey() + "=" + setting.getValue())
            .toList();
    PoolConfig config = Configuration.read(null, System.getenv(), assignments).pool();
    Pen pen = new Pen(new SandboxPool(SandboxCommand.of(home, maxHeapBytes), config));
    pen.pool.awaitReady(Duration.ofMinutes(1));
    return pen;
  }

  SandboxPool pool() {
    return pool;
  }

  long nextNumber() {
    return lastNumber.incrementAndGet();
  }

  /** Runs a task. */
  Answer answer(Task task) throws InterruptedException {
    return switch (pool.run(task)) {
      case Verdict.Answered answered -> answered.answer();
      case Verdict.Crashed crashed -> throw new IllegalStateException(crashed.message());
    };
  }

  /**
   * Runs the rule so many times.
   *
   * @throws IllegalStateException where one does not succeed
   */
  void rules(int count) throws InterruptedException {
    runAll(Workload::rule, count);
  }

  /**
   * Runs so many tasks.
   *
   * @param tasks makes each of its number
   * @throws IllegalStateException where one does not succeed
   */
  void runAll(LongFunction<Task> tasks, int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      Ending ending = answer(tasks.apply(nextNumber())).ending();
      if (!(ending instanceof Ending.Succeeded)) {
        throw new IllegalStateException("The rule did not succeed: " + ending);
      }
    }
  }

  /** Waits until so many sandboxes have nothing to do. */
  void awaitIdle(int count) throws InterruptedException {
    while (pool.idleCount() < count) {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  /** CPU time of its sandboxes so far, in ns, in steps of 10 ms. */
  long cpuNanos() {
    return Arrays.stream(pool.processIds())
        .mapToObj(ProcessHandle::of)
        .flatMap(Optional::stream)
        .mapToLong(Pen::cpuNanos)
        .sum();
  }

  /** CPU time of a process so far, in ns, in steps of 10 ms. */
  static long cpuNanos(ProcessHandle process) {
    return process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
  }

  /** Resident memory of its sandboxes, in bytes. */
  long residentBytes() {
    return Arrays.stream(pool.processIds()).map(ResidentMemory::of).sum();
  }

  @Override
  public void close() {
    pool.close();
  }
}
