package dev.paddock.worker.pool;

import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Protection;
import dev.paddock.sandbox.wire.Task;
import dev.paddock.worker.config.PoolConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bounded number of sandbox processes. As many tasks run at once as callers are inside {@link
 * #run}; the caller keeps them to the pool's size.
 */
public final class SandboxPool implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SandboxPool.class);

  /** How late at most a task beyond its quota is noticed from outside. */
  private static final long LOOK_MILLIS = 20;

  private final int size;
  private final SandboxNursery nursery;
  private final BlockingDeque<SandboxProcess> idle = new LinkedBlockingDeque<>();
  private final Thread watcher;
  private final LongAdder killed = new LongAdder();
  private final LongAdder crashed = new LongAdder();
  private volatile boolean closed;

  /**
   * Begins to start the sandboxes.
   *
   * @param spares how many more than its size are kept warm, so that a kill costs no capacity
   * @throws IOException where no working folder can be made for them
   */
  public SandboxPool(SandboxCommand command, int spares, PoolConfig config) throws IOException {
    this.size = config.size();
    nursery = new SandboxNursery(command, size + spares, config, idle::addLast);
    watcher = Thread.ofPlatform().daemon().name("sandbox-watch").start(this::watch);
  }

  /** How many tasks run at once. */
  public int size() {
    return size;
  }

  /**
   * Waits until the first sandbox is ready.
   *
   * @throws IllegalStateException where none is in time; says how the last one ended
   */
  public void awaitReady(Duration timeout) throws InterruptedException {
    SandboxProcess first = idle.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
    if (first == null) {
      throw new IllegalStateException(
          "No sandbox was ready within "
              + timeout.toMillis()
              + " ms; the last failure: "
              + Objects.requireNonNullElse(nursery.lastFailure(), "none, they start slowly"));
    }
    idle.addFirst(first);
  }

  /**
   * Runs a task in the next free sandbox, waiting for one. A sandbox that dies for no known reason
   * is no proof of the script's guilt: the task is tried once more, in a process that has run
   * nothing else.
   */
  public Verdict run(Task task) throws InterruptedException {
    SandboxProcess first = idle.takeFirst();
    long firstNanos = System.nanoTime();
    try {
      return new Verdict.Answered(lend(first, task), 1, firstNanos);
    } catch (SandboxDiedException e) {
      requireOpen();
      crashed.increment();
      LOG.warn(
          "{} while it ran execution {}; trying that again in a fresh one",
          e.getMessage(),
          task.executionId());
    }
    SandboxProcess fresh = nursery.takeFresh();
    long secondNanos = System.nanoTime();
    try {
      return new Verdict.Answered(lend(fresh, task), 2, secondNanos);
    } catch (SandboxDiedException e) {
      requireOpen();
      crashed.increment();
      LOG.warn("{} over execution {} too", e.getMessage(), task.executionId());
      return new Verdict.Crashed(String.valueOf(e.getMessage()), 2, secondNanos);
    }
  }

  /** How the sandbox is confined that was ready last; empty where none is. */
  public List<Protection> protections() {
    return nursery.protections();
  }

  /** What the pool has gone through so far. */
  public PoolStatistics statistics() {
    return new PoolStatistics(nursery.started(), killed.sum(), crashed.sum());
  }

  /** The process ids of the sandboxes that live. */
  long[] processIds() {
    return nursery.living().mapToLong(SandboxProcess::pid).toArray();
  }

  /** The process ids of the sandboxes that run a task. */
  long[] busyProcessIds() {
    return nursery
        .living()
        .filter(sandbox -> sandbox.state() == SandboxState.LEASED)
        .mapToLong(SandboxProcess::pid)
        .toArray();
  }

  /** Kills every sandbox. Tasks that still run are lost to their callers. */
  @Override
  public void close() {
    closed = true;
    watcher.interrupt();
    nursery.close();
  }

  private Answer lend(SandboxProcess sandbox, Task task) throws SandboxDiedException {
    try {
      return sandbox.run(task);
    } finally {
      if (sandbox.state() == SandboxState.IDLE) {
        // Last in, first out: the warmest serve, and the spare stays fresh.
        idle.addFirst(sandbox);
      } else if (sandbox.wasKilled()) {
        killed.increment();
      }
    }
  }

  private void requireOpen() throws InterruptedException {
    if (closed) {
      throw new InterruptedException("The pool is closed");
    }
  }

  private void watch() {
    try {
      while (!closed) {
        long now = System.nanoTime();
        nursery.living().forEach(sandbox -> sandbox.look(now));
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      // closed
    }
  }
}
