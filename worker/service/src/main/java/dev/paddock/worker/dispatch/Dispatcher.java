package dev.paddock.worker.dispatch;

import dev.paddock.worker.Execution;
import dev.paddock.worker.LogKeys;
import dev.paddock.worker.NamedScripts;
import dev.paddock.worker.Outcome;
import dev.paddock.worker.Position;
import dev.paddock.worker.config.DispatchConfig;
import dev.paddock.worker.config.LimitsConfig;
import dev.paddock.worker.pool.SandboxPool;
import dev.paddock.worker.pool.Verdict;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Runs executions, as many at once as the pool has sandboxes, each when the schedule says so. Each
 * accepted execution has exactly one outcome, unless it is forgotten or the dispatcher is closed
 * first. What waits is bounded by what intake keeps in flight.
 */
public final class Dispatcher implements Consumer<Execution>, AutoCloseable {

  private static final long JOIN_MILLIS = 5000;

  private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final SandboxPool pool;
  private final Admission admission;
  private final Consumer<Outcome> outcomes;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();

  /**
   * Signalled to one runner when there may be something for one: who has ended a turn looks for
   * itself, and who takes one signals to the next where there is more.
   */
  private final Condition changed = lock.newCondition();

  /** Guarded by lock. */
  private final Schedule schedule;

  /**
   * Those that have their turn but whose script is not there yet, with when to look again, in the
   * order of that; guarded by lock. They hold up those behind them as if they ran, and no sandbox.
   */
  private final Deque<Postponed> postponed = new ArrayDeque<>();

  private record Postponed(Turn turn, long untilNanos) {}

  /** Counts what waits. */
  private static final class Waiting {
    private final long nowNanos = System.nanoTime();
    private int count;
    private long oldestNanos;

    void add(Execution execution) {
      count++;
      oldestNanos = Math.max(oldestNanos, nowNanos - execution.readNanos());
    }
  }

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
      NamedScripts scripts,
      Consumer<Outcome> outcomes,
      Clock clock) {
    this.pool = pool;
    this.admission = new Admission(limits, scripts, config, clock);
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
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Drops what has not begun to run of these positions: somebody else will run it. It has no
   * outcome.
   */
  public void forget(Predicate<Position> lost) {
    lock.lock();
    try {
      long now = System.nanoTime();
      schedule.forget(lost, now);
      postponed.removeIf(
          one -> {
            boolean drops = lost.test(one.turn().execution().position());
            if (drops) {
              schedule.end(one.turn(), Cost.NOTHING, now);
            }
            return drops;
          });
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What waits. Looks at each of it: not to be asked all the time. */
  public DispatchStatistics statistics() {
    lock.lock();
    try {
      Waiting waiting = new Waiting();
      schedule.forEachWaiting(waiting::add);
      postponed.forEach(one -> waiting.add(one.turn().execution()));
      return new DispatchStatistics(schedule.tenants(), waiting.count, waiting.oldestNanos);
    } finally {
      lock.unlock();
    }
  }

  /** Completes exceptionally where a runner has come to its end, whose execution has no outcome. */
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
        Execution execution = turn.execution();
        try (var _ = MDC.putCloseable(LogKeys.EXECUTION_ID, execution.id());
            var _ = MDC.putCloseable(LogKeys.POSITION, execution.position().toString())) {
          serve(turn);
        }
      }
    } catch (InterruptedException e) {
      // closed
    } catch (RuntimeException | Error e) {
      failure.completeExceptionally(e);
    }
  }

  private void serve(Turn turn) throws InterruptedException {
    Outcome outcome = run(turn.execution());
    if (outcome == null) {
      postpone(turn);
      return;
    }
    // Handed on before the next of its key may run, so that outcomes are in order too.
    outcomes.accept(outcome);
    end(turn, Cost.of(outcome));
  }

  private Turn take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        long now = System.nanoTime();
        Postponed first = postponed.peekFirst();
        if (first != null && first.untilNanos() - now <= 0) {
          Turn turn = postponed.removeFirst().turn();
          wakeNext();
          return turn;
        }
        Turn turn = schedule.next(now);
        if (turn != null) {
          wakeNext();
          return turn;
        }
        long pause = schedule.pauseNanos(now);
        var _ =
            changed.awaitNanos(first == null ? pause : Math.min(pause, first.untilNanos() - now));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Who goes away with a turn leaves to another what else there is to do or to look at in time. */
  private void wakeNext() {
    if (schedule.hasWaiting() || !postponed.isEmpty()) {
      changed.signal();
    }
  }

  private void postpone(Turn turn) {
    lock.lock();
    try {
      postponed.addLast(new Postponed(turn, System.nanoTime() + LOOK_AGAIN_NANOS));
    } finally {
      lock.unlock();
    }
  }

  private void end(Turn turn, Cost cost) {
    lock.lock();
    try {
      schedule.end(turn, cost, System.nanoTime());
    } finally {
      lock.unlock();
    }
  }

  /** Null where it cannot be known yet. */
  private @Nullable Outcome run(Execution execution) throws InterruptedException {
    while (true) {
      switch (admission.decide(execution)) {
        case Admission.Decision.Refused(Outcome.Rejected outcome) -> {
          return outcome;
        }
        case Admission.Decision.Undecided _ -> {
          return null;
        }
        case Admission.Decision.Admitted admitted -> {
          // The sandbox that it waits for may still be starting, and much may change meanwhile.
          Optional<Verdict> verdict =
              pool.run(admitted.task(), () -> admission.stands(execution, admitted));
          if (verdict.isPresent()) {
            return Runs.outcome(execution, admitted.script(), verdict.get(), clock);
          }
        }
      }
    }
  }
}
