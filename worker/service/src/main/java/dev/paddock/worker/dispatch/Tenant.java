package dev.paddock.worker.dispatch;

import dev.paddock.worker.Execution;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Queue;

/** A tenant's executions that may run, and its account. Only {@link Tenants} changes it. */
final class Tenant {

  /** Who has used least comes first; among equals, who has not had a turn for longest. */
  static final Comparator<Tenant> BY_USE =
      Comparator.<Tenant>comparingLong(tenant -> tenant.used)
          .thenComparingLong(tenant -> tenant.lastTurn);

  /** Who may start first comes first. System.nanoTime() compares by difference only. */
  static final Comparator<Tenant> BY_REST =
      ((Comparator<Tenant>) (a, b) -> Long.signum(a.restsUntilNanos - b.restsUntilNanos))
          .thenComparingLong(tenant -> tenant.lastTurn);

  final String name;
  final int weight;
  final Queue<Execution> ready = new ArrayDeque<>(1);
  int running;

  /** CPU time divided by the weight, in ns, on the scale that all tenants share. */
  long used;

  /** What the next execution will cost, as far as one can tell, in microseconds. */
  long expectedMicros;

  /** When the rate allows the next start, by System.nanoTime(). */
  long restsUntilNanos;

  /** The number of its last turn, or of its coming; no two tenants have the same. */
  long lastTurn;

  Tenant(String name, int weight, long expectedMicros, long nowNanos) {
    this.name = name;
    this.weight = weight;
    this.expectedMicros = expectedMicros;
    this.restsUntilNanos = nowNanos;
  }

  void charge(long micros) {
    used += micros * 1000 / weight;
  }

  boolean rests(long nowNanos) {
    return restsUntilNanos - nowNanos > 0;
  }
}
