package dev.paddock.worker.dispatch;

import dev.paddock.worker.Execution;
import dev.paddock.worker.Position;
import dev.paddock.worker.config.DispatchConfig;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides what runs next: of each lane only the first execution may run, and among those that may,
 * the tenants' shares decide. So a lane that waits costs its tenant nothing, and a tenant that
 * waits holds up no other lane. For one thread at a time; time is told to it.
 */
final class Schedule {

  private final Lanes lanes;
  private final Tenants tenants;

  /**
   * @param sandboxes how many executions can run at once
   */
  Schedule(DispatchConfig config, int sandboxes) {
    lanes = new Lanes(config);
    tenants = new Tenants(config, sandboxes);
  }

  /** Takes an execution that came. */
  void add(Execution execution, long nowNanos) {
    if (lanes.enter(execution)) {
      tenants.add(execution, nowNanos);
    }
  }

  /** The execution that is to run now in a free sandbox, or null where none may. */
  @Nullable Turn next(long nowNanos) {
    return tenants.next(nowNanos);
  }

  /** Whether there is one that is not held up by another of its lane, and has not had its turn. */
  boolean hasWaiting() {
    return tenants.hasReady();
  }

  /** How long to wait, unless something comes or ends, until asking again makes sense; in ns. */
  long pauseNanos(long nowNanos) {
    return tenants.pauseNanos(nowNanos);
  }

  /** An execution that had its turn is over. */
  void end(Turn turn, Cost cost, long nowNanos) {
    tenants.end(turn, cost, nowNanos);
    goOnBehind(turn.execution(), nowNanos);
  }

  /** Drops what has not had its turn of these positions. */
  void forget(Predicate<Position> lost, long nowNanos) {
    lanes.forget(lost);
    for (Execution execution : tenants.forget(lost, nowNanos)) {
      goOnBehind(execution, nowNanos);
    }
  }

  /** Shows every execution that has not had its turn. */
  void forEachWaiting(Consumer<Execution> viewer) {
    tenants.forEachReady(viewer);
    lanes.forEachBehind(viewer);
  }

  /** How many tenants are remembered. */
  int tenants() {
    return tenants.count();
  }

  private void goOnBehind(Execution execution, long nowNanos) {
    Execution next = lanes.leave(execution);
    if (next != null) {
      tenants.add(next, nowNanos);
    }
  }

  /** How many lanes and tenants are remembered. */
  int size() {
    return lanes.count() + tenants.count();
  }
}
