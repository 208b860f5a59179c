package dev.paddock.worker.pool;

import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Protection;
import dev.paddock.sandbox.wire.Task;
import dev.paddock.worker.LogKeys;
import dev.paddock.worker.config.PoolConfig;
import dev.paddock.worker.config.SandboxConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bounded number of sandboxes. As many tasks run at once as callers are inside {@link #run}; the
 * caller keeps them to the pool's size.
 */
public final class SandboxPool implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SandboxPool.class);

  private final int size;
  private final int spares;
  private final SandboxNursery nursery;
  private final SandboxConfig config;
  private final IdleSandboxes idle;
  private final SandboxWatch watch;
  private final AbandonedGuests abandoned = new AbandonedGuests();
  private final LongAdder killed = new LongAdder();
  private final LongAdder crashed = new LongAdder();
  private final LongAdder recycled = new LongAdder();
  private final LongAdder retried = new LongAdder();
  private volatile boolean closed;

  /**
   * Begins to start the sandboxes.
   *
   * @throws IOException where no working folder can be made for them
   */
  public SandboxPool(SandboxCommand command, PoolConfig config) throws IOException {
    this.size = config.size();
    this.spares = config.spares();
    this.config = config.sandbox();
    idle = new IdleSandboxes(this.config.sharing());
    nursery = new SandboxNursery(command, config, idle::addFresh);
    watch = new SandboxWatch(nursery::living);
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
    if (!idle.awaitAny(timeout.toNanos())) {
      throw new IllegalStateException(
          "No sandbox was ready within "
              + timeout.toMillis()
              + " ms; the last failure: "
              + Objects.requireNonNullElse(nursery.lastFailure(), "none, they start slowly"));
    }
  }

  /**
   * Runs a task in the next free sandbox, waiting for one. A sandbox that dies for no known reason
   * is no proof of the script's guilt: the task is tried once more, in a process that has run
   * nothing else.
   */
  public Verdict run(Task task) throws InterruptedException {
    return run(task, () -> true).orElseThrow();
  }

  /**
   * The same for a task that may lose its meaning while it waits for a sandbox.
   *
   * @param wanted asked when there is one
   * @return nothing where it was not, and has not run
   */
  public Optional<Verdict> run(Task task, BooleanSupplier wanted) throws InterruptedException {
    SandboxProcess first = idle.take(task, nursery::isReplacing);
    if (!wanted.getAsBoolean()) {
      idle.addWarm(first);
      return Optional.empty();
    }
    return Optional.of(run(first, task));
  }

  private Verdict run(SandboxProcess first, Task task) throws InterruptedException {
    long firstNanos = System.nanoTime();
    try {
      return new Verdict.Answered(lend(first, task), 1, firstNanos);
    } catch (SandboxDiedException e) {
      requireOpen();
      crashed.increment();
      LOG.atWarn()
          .addKeyValue(LogKeys.EXECUTION_ID, task.executionId())
          .log("{} while it ran an execution; trying that again in a fresh one", e.forOperators());
    }
    retried.increment();
    SandboxProcess fresh = nursery.takeFresh();
    long secondNanos = System.nanoTime();
    try {
      return new Verdict.Answered(lend(fresh, task), 2, secondNanos);
    } catch (SandboxDiedException e) {
      requireOpen();
      crashed.increment();
      LOG.atWarn()
          .addKeyValue(LogKeys.EXECUTION_ID, task.executionId())
          .log("{} over the same execution", e.forOperators());
      return new Verdict.Crashed(String.valueOf(e.getMessage()), 2, secondNanos);
    }
  }

  /** How the sandbox is confined that was ready last; empty where none is. */
  public List<Protection> protections() {
    return nursery.protections();
  }

  /**
   * Why no sandbox can be started, until one is ready or, where they crashed, has answered; null
   * where nothing is wrong.
   */
  public @Nullable String trouble() {
    return nursery.trouble();
  }

  /** What the pool has gone through so far. */
  public PoolStatistics statistics() {
    return new PoolStatistics(
        nursery.started(),
        nursery.readied(),
        nursery.startNanos(),
        killed.sum(),
        crashed.sum(),
        recycled.sum(),
        retried.sum(),
        abandoned.count(),
        abandoned.lost());
  }

  /** How the sandboxes are that live or have just ended, in the order of their ids. */
  public List<SandboxView> sandboxes() {
    long now = System.nanoTime();
    return nursery
        .living()
        .map(sandbox -> sandbox.view(now))
        .sorted(Comparator.comparingLong(SandboxView::id))
        .toList();
  }

  /** How many sandboxes wait for a task. */
  public int idleCount() {
    return idle.count();
  }

  /** The process ids of the sandboxes that live; none where they are threads of this process. */
  public long[] processIds() {
    return nursery
        .living()
        .filter(SandboxProcess::isProcess)
        .mapToLong(SandboxProcess::id)
        .toArray();
  }

  /** The process ids of the sandboxes that run a task. */
  long[] busyProcessIds() {
    return nursery
        .living()
        .filter(sandbox -> sandbox.isProcess() && sandbox.state() == SandboxState.LEASED)
        .mapToLong(SandboxProcess::id)
        .toArray();
  }

  /** Kills every sandbox. Tasks that still run are lost to their callers. */
  @Override
  public void close() {
    closed = true;
    watch.close();
    nursery.close();
  }

  private Answer lend(SandboxProcess sandbox, Task task) throws SandboxDiedException {
    long begunNanos = System.nanoTime();
    watch.begun();
    try {
      Answer answer = sandbox.run(task);
      nursery.worked();
      abandoned.worked(begunNanos, System.nanoTime());
      return answer;
    } finally {
      watch.ended();
      if (sandbox.isAbandoned()) {
        abandoned.add(sandbox::isAbandoned, task.executionId(), System.nanoTime());
      }
      if (sandbox.wasKilled()) {
        killed.increment();
        LOG.atInfo()
            .addKeyValue(LogKeys.EXECUTION_ID, task.executionId())
            .log("A sandbox was killed, because its script did not stop at its quota");
      } else if (sandbox.state() == SandboxState.IDLE) {
        takeBack(sandbox);
      }
    }
  }

  /**
   * A spent sandbox goes on until another can take its place. Without spares that could be never,
   * and a short gap is better than a process without an end.
   */
  private void takeBack(SandboxProcess sandbox) {
    boolean dispensable = spares == 0 || idle.count() > 0;
    if (dispensable && sandbox.isSpent(config, System.nanoTime())) {
      recycled.increment();
      sandbox.kill();
    } else {
      idle.addWarm(sandbox);
    }
  }

  private void requireOpen() throws InterruptedException {
    if (closed) {
      throw new InterruptedException("The pool is closed");
    }
  }
}
