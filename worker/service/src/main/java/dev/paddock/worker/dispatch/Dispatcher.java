package dev.paddock.worker.dispatch;

import dev.paddock.worker.Execution;
import dev.paddock.worker.Outcome;
import dev.paddock.worker.config.DispatchConfig;
import dev.paddock.worker.config.LimitsConfig;
import dev.paddock.worker.pool.SandboxPool;
import dev.paddock.worker.pool.Verdict;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Runs executions, as many at once as the pool has sandboxes, each when the schedule says so. Each
 * accepted execution has exactly one outcome, unless the dispatcher is closed first. What waits is
 * bounded by what intake keeps in flight.
 */
public final class Dispatcher implements Consumer<Execution>, AutoCloseable {

  private static final long JOIN_MILLIS = 5000;

  private final SandboxPool pool;
  private final Admission admission;
  private final Consumer<Outcome> outcomes;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Guarded by lock. */
  private final Schedule schedule;

  private final CompletableFuture<Void> failure = new CompletableFuture<>();
  private final List<Thread> runners = new ArrayList<>();

  /**
   * Starts a thread for each of the pool's sandboxes.
   *
   * @param outcomes called from those threads
   */
  public Dispatcher(
      SandboxPool pool,
      DispatchConfig config,
      LimitsConfig limits,
      Consumer<Outcome> outcomes,
      Clock clock) {
    this.pool = pool;
    this.admission = new Admission(limits, clock);
    this.outcomes = outcomes;
    this.clock = clock;
    this.schedule = new Schedule(config, pool.size());
    for (int i = 0; i < pool.size(); i++) {
      runners.add(Thread.ofPlatform().name("runner-" + i).start(this::runAll));
    }
  }

  /** Queues an execution; never blocks. */
  @Override
  public void accept(Execution execution) {
    lock.lock();
    try {
      schedule.add(execution, System.nanoTime());
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Completes exceptionally where an outcome could not be handed on, which ends a runner. */
  public CompletableFuture<Void> failure() {
    return failure;
  }

  /** Stops running; what has no outcome yet gets none. */
  @Override
  public void close() {
    runners.forEach(Thread::interrupt);
    try {
      for (Thread runner : runners) {
        runner.join(JOIN_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void runAll() {
    try {
      while (true) {
        Turn turn = take();
        Outcome outcome = run(turn.execution());
        // Handed on before the next of its key may run, so that outcomes are in order too.
        outcomes.accept(outcome);
        end(turn, Cost.of(outcome));
      }
    } catch (InterruptedException e) {
      // closed
    } catch (RuntimeException e) {
      failure.completeExceptionally(e);
    }
  }

  private Turn take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        long now = System.nanoTime();
        Turn turn = schedule.next(now);
        if (turn != null) {
          return turn;
        }
        var _ = changed.awaitNanos(schedule.pauseNanos(now));
      }
    } finally {
      lock.unlock();
    }
  }

  private void end(Turn turn, Cost cost) {
    lock.lock();
    try {
      schedule.end(turn, cost, System.nanoTime());
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private Outcome run(Execution execution) throws InterruptedException {
    return switch (admission.decide(execution)) {
      case Admission.Decision.Refused(Outcome.Rejected outcome) -> outcome;
      case Admission.Decision.Admitted admitted -> run(execution, admitted);
    };
  }

  private Outcome run(Execution execution, Admission.Decision.Admitted admitted)
      throws InterruptedException {
    // The sandbox that it waits for may still be starting.
    return pool.run(admitted.task(), () -> !admission.isTooLate(execution))
        .map(verdict -> outcome(execution, admitted.scriptSha256(), verdict))
        .orElseGet(() -> admission.tooLate(execution, admitted.scriptSha256()));
  }

  private Outcome outcome(Execution execution, String scriptSha256, Verdict verdict) {
    long queueMicros = micros(execution.readNanos(), verdict.startNanos());
    return switch (verdict) {
      case Verdict.Answered answered ->
          new Outcome.Answered(
              execution,
              scriptSha256,
              answered.answer(),
              answered.attempt(),
              queueMicros,
              clock.instant());
      case Verdict.Crashed crashed ->
          new Outcome.Crashed(
              execution,
              scriptSha256,
              crashed.message(),
              crashed.attempt(),
              queueMicros,
              micros(crashed.startNanos(), System.nanoTime()),
              clock.instant());
    };
  }

  private static long micros(long fromNanos, long toNanos) {
    return TimeUnit.NANOSECONDS.toMicros(toNanos - fromNanos);
  }
}
