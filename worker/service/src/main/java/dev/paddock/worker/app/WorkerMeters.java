package dev.paddock.worker.app;

import dev.paddock.worker.dispatch.DispatchStatistics;
import dev.paddock.worker.dispatch.Dispatcher;
import dev.paddock.worker.intake.Inlet;
import dev.paddock.worker.intake.IntakeStatistics;
import dev.paddock.worker.observe.Health;
import dev.paddock.worker.pool.PoolStatistics;
import dev.paddock.worker.pool.SandboxPool;
import dev.paddock.worker.pool.SandboxState;
import dev.paddock.worker.pool.SandboxView;
import dev.paddock.worker.publish.Outlet;
import dev.paddock.worker.publish.PublishStatistics;
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

/** Meters of what a worker's parts know of themselves, as of the last {@link #renew}. */
final class WorkerMeters {

  /** What all of them say at a moment. */
  private record Sight(
      boolean ready,
      List<SandboxView> sandboxes,
      PoolStatistics pool,
      DispatchStatistics dispatch,
      IntakeStatistics intake,
      PublishStatistics publish) {}

  private final MeterRegistry registry;
  private final Supplier<Sight> looks;
  private final MultiGauge lag;
  private volatile Sight sight;

  WorkerMeters(
      MeterRegistry registry,
      SandboxPool pool,
      Dispatcher dispatcher,
      Inlet intake,
      Outlet outlet,
      Supplier<Health> health) {
    this.registry = registry;
    looks =
        () ->
            new Sight(
                health.get().ready(),
                pool.sandboxes(),
                pool.statistics(),
                dispatcher.statistics(),
                intake.statistics(),
                outlet.statistics());
    sight = looks.get();
    lag =
        MultiGauge.builder("paddock.partition.lag")
            .description(
                "Records of an assigned partition that were not read yet; in a share group, of any of"
                    + " its partitions, that no worker has answered yet")
            .register(registry);
    gauge("paddock.ready", "1 where requests are read and run", now -> now.ready() ? 1 : 0);
    addPool();
    addDispatch();
    addIntake();
    addPublish();
  }

  /** Looks once, for all meters: some looks cost as much as there is in flight. */
  synchronized void renew() {
    sight = looks.get();
    lag.register(
        sight.intake().partitions().stream()
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

  private void addPool() {
    for (SandboxState state : SandboxState.values()) {
      Gauge.builder("paddock.sandboxes", this, own -> count(own.sight.sandboxes(), state))
          .description("Sandboxes, by what they do")
          .tag("state", state.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    gauge(
        "paddock.sandboxes.memory",
        "bytes",
        "Resident memory of all sandboxes",
        now -> now.sandboxes().stream().mapToLong(SandboxView::residentBytes).sum());
    ended("quota", PoolStatistics::killed);
    ended("crash", PoolStatistics::crashed);
    ended("recycled", PoolStatistics::recycled);
    counter("paddock.sandboxes.started", "Sandboxes started", now -> now.pool().started());
    counter(
        "paddock.executions.retried",
        "Executions tried once more, alone, since their sandbox died",
        now -> now.pool().retried());
    gauge(
        "paddock.abandoned.threads",
        "Threads of the worker that scripts keep which will not stop",
        now -> now.pool().lost());
    timer(
        "paddock.sandbox.start",
        "Time from starting a sandbox until it was ready",
        now -> now.pool().ready(),
        now -> now.pool().startNanos());
  }

  private void addDispatch() {
    gauge(
        "paddock.waiting",
        "Requests that were read and wait for a sandbox",
        now -> now.dispatch().waiting());
    gauge(
        "paddock.waiting.oldest",
        "seconds",
        "How long the first of them has waited",
        now -> now.dispatch().oldestNanos() / 1e9);
    gauge(
        "paddock.tenants",
        "Tenants that wait, run, or are remembered for what they have used",
        now -> now.dispatch().tenants());
  }

  private void addIntake() {
    gauge(
        "paddock.in.flight",
        "Requests that were read and have no outcome yet",
        now -> now.intake().inFlight());
    gauge(
        "paddock.held",
        "Requests that were read and whose offset is not committed",
        now -> now.intake().held());
    gauge(
        "paddock.held.memory",
        "bytes",
        "Size of those and of their outcomes",
        now -> now.intake().heldBytes());
    gauge(
        "paddock.partitions",
        "Assigned partitions; in a share group, all that it has begun with",
        now -> now.intake().partitions().size());
    gauge(
        "paddock.partitions.paused",
        "Assigned partitions that are not read for now",
        now ->
            now.intake().partitions().stream().filter(IntakeStatistics.Partition::paused).count());
  }

  private void addPublish() {
    timer(
        "paddock.transaction",
        "Time from beginning a transaction until it was committed",
        now -> now.publish().committed(),
        now -> now.publish().commitNanos());
    counter(
        "paddock.transactions.aborted",
        "Transactions aborted and made again",
        now -> now.publish().failed());
    counter(
        "paddock.transactions.stale",
        "Transactions given up, since the group had gone on without this worker",
        now -> now.publish().stale());
  }

  private static long count(List<SandboxView> sandboxes, SandboxState state) {
    return sandboxes.stream().filter(sandbox -> sandbox.state() == state).count();
  }

  private void ended(String cause, ToLongFunction<PoolStatistics> count) {
    FunctionCounter.builder(
            "paddock.sandboxes.ended", this, own -> count.applyAsLong(own.sight.pool()))
        .description("Sandboxes ended, by cause")
        .tag("cause", cause)
        .register(registry);
  }

  private void counter(String name, String description, ToDoubleFunction<Sight> value) {
    FunctionCounter.builder(name, this, own -> value.applyAsDouble(own.sight))
        .description(description)
        .register(registry);
  }

  private void timer(
      String name,
      String description,
      ToLongFunction<Sight> count,
      ToDoubleFunction<Sight> totalNanos) {
    FunctionTimer.builder(
            name,
            this,
            own -> count.applyAsLong(own.sight),
            own -> totalNanos.applyAsDouble(own.sight),
            TimeUnit.NANOSECONDS)
        .description(description)
        .register(registry);
  }

  private void gauge(String name, String description, ToDoubleFunction<Sight> value) {
    gauge(name, "", description, value);
  }

  private void gauge(String name, String unit, String description, ToDoubleFunction<Sight> value) {
    Gauge.builder(name, this, own -> value.applyAsDouble(own.sight))
        .baseUnit(unit.isEmpty() ? null : unit)
        .description(description)
        .register(registry);
  }
}
