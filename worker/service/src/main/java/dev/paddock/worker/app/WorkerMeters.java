package dev.paddock.worker.app;

import dev.paddock.worker.dispatch.Dispatcher;
import dev.paddock.worker.intake.Inlet;
import dev.paddock.worker.intake.IntakeStatistics;
import dev.paddock.worker.observe.Health;
import dev.paddock.worker.pool.PoolStatistics;
import dev.paddock.worker.pool.SandboxPool;
import dev.paddock.worker.pool.SandboxState;
import dev.paddock.worker.pool.SandboxView;
import dev.paddock.worker.publish.Outlet;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * Meters of what a worker's parts know of themselves. They are asked when somebody looks.
 *
 * <p>What has a row for each partition is renewed by {@link #renew}.
 */
final class WorkerMeters {

  private final MeterRegistry registry;
  private final Inlet intake;
  private final MultiGauge lag;

  WorkerMeters(
      MeterRegistry registry,
      SandboxPool pool,
      Dispatcher dispatcher,
      Inlet intake,
      Outlet outlet,
      Supplier<Health> health) {
    this.registry = registry;
    this.intake = intake;
    lag =
        MultiGauge.builder("paddock.partition.lag")
            .description("Records of an assigned partition that were not read yet")
            .register(registry);
    gauge(
        "paddock.ready",
        "1 where requests are read and run",
        health,
        one -> one.get().ready() ? 1 : 0);
    bind(pool);
    bind(dispatcher);
    bind(intake);
    bind(outlet);
  }

  /** Brings what has rows up to date. */
  void renew() {
    lag.register(
        intake.statistics().partitions().stream()
            .filter(partition -> partition.lag() >= 0)
            .map(
                partition ->
                    MultiGauge.Row.of(
                        Tags.of(
                            "topic",
                            partition.topic(),
                            "partition",
                            Integer.toString(partition.partition())),
                        partition.lag()))
            .toList(),
        true);
  }

  private void bind(SandboxPool pool) {
    for (SandboxState state : SandboxState.values()) {
      Gauge.builder("paddock.sandboxes", pool, one -> count(one.sandboxes(), state))
          .description("Sandboxes, by what they do")
          .tag("state", state.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    gauge(
        "paddock.sandboxes.memory",
        "bytes",
        "Resident memory of all sandboxes",
        pool,
        one -> one.sandboxes().stream().mapToLong(SandboxView::residentBytes).sum());
    ended(pool, "quota", PoolStatistics::killed);
    ended(pool, "crash", PoolStatistics::crashed);
    ended(pool, "recycled", PoolStatistics::recycled);
    counter(
        "paddock.sandboxes.started", "Sandboxes started", pool, one -> one.statistics().started());
    counter(
        "paddock.executions.retried",
        "Executions tried once more, alone, since their sandbox died",
        pool,
        one -> one.statistics().retried());
    gauge(
        "paddock.abandoned.threads",
        "Threads of the worker that scripts keep which will not stop",
        pool,
        one -> one.statistics().lost());
    FunctionTimer.builder(
            "paddock.sandbox.start",
            pool,
            one -> one.statistics().ready(),
            one -> one.statistics().startNanos(),
            TimeUnit.NANOSECONDS)
        .description("Time from starting a sandbox until it was ready")
        .register(registry);
  }

  private void bind(Dispatcher dispatcher) {
    gauge(
        "paddock.waiting",
        "Requests that were read and wait for a sandbox",
        dispatcher,
        one -> one.statistics().waiting());
    gauge(
        "paddock.waiting.oldest",
        "seconds",
        "How long the first of them has waited",
        dispatcher,
        one -> one.statistics().oldestNanos() / 1e9);
    gauge(
        "paddock.tenants",
        "Tenants that wait, run, or are remembered for what they have used",
        dispatcher,
        one -> one.statistics().tenants());
  }

  private void bind(Inlet inlet) {
    gauge(
        "paddock.in.flight",
        "Requests that were read and have no outcome yet",
        inlet,
        one -> one.statistics().inFlight());
    gauge(
        "paddock.held",
        "Requests that were read and whose offset is not committed",
        inlet,
        one -> one.statistics().held());
    gauge(
        "paddock.held.memory",
        "bytes",
        "Size of those and of their outcomes",
        inlet,
        one -> one.statistics().heldBytes());
    gauge(
        "paddock.partitions",
        "Assigned partitions",
        inlet,
        one -> one.statistics().partitions().size());
    gauge(
        "paddock.partitions.paused",
        "Assigned partitions that are not read for now",
        inlet,
        one ->
            one.statistics().partitions().stream()
                .filter(IntakeStatistics.Partition::paused)
                .count());
  }

  private void bind(Outlet outlet) {
    FunctionTimer.builder(
            "paddock.transaction",
            outlet,
            one -> one.statistics().committed(),
            one -> one.statistics().commitNanos(),
            TimeUnit.NANOSECONDS)
        .description("Time from beginning a transaction until it was committed")
        .register(registry);
    counter(
        "paddock.transactions.aborted",
        "Transactions aborted and made again",
        outlet,
        one -> one.statistics().failed());
    counter(
        "paddock.transactions.stale",
        "Transactions given up, since the group had gone on without this worker",
        outlet,
        one -> one.statistics().stale());
  }

  private static long count(List<SandboxView> sandboxes, SandboxState state) {
    return sandboxes.stream().filter(sandbox -> sandbox.state() == state).count();
  }

  private void ended(SandboxPool pool, String cause, ToLongFunction<PoolStatistics> count) {
    FunctionCounter.builder(
            "paddock.sandboxes.ended", pool, one -> count.applyAsLong(one.statistics()))
        .description("Sandboxes ended, by cause")
        .tag("cause", cause)
        .register(registry);
  }

  private <T> void counter(String name, String description, T part, ToDoubleFunction<T> value) {
    FunctionCounter.builder(name, part, value).description(description).register(registry);
  }

  private <T> void gauge(String name, String description, T part, ToDoubleFunction<T> value) {
    gauge(name, "", description, part, value);
  }

  private <T> void gauge(
      String name, String unit, String description, T part, ToDoubleFunction<T> value) {
    Gauge.builder(name, part, value)
        .baseUnit(unit.isEmpty() ? null : unit)
        .description(description)
        .strongReference(true)
        .register(registry);
  }
}
