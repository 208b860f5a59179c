package dev.paddock.worker.dispatch;

import dev.paddock.worker.Execution;
import dev.paddock.worker.Position;
import dev.paddock.worker.config.DispatchConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Shares the sandboxes' CPU time between tenants by weight. This is deficit round robin with the
 * quantum taken to its limit (start-time fair queueing, Goyal, Vin and Cheng 1996): every tenant
 * has an account of the CPU time that it has used, and of those that may run, the one with the
 * least goes first. A turn is charged with what it will probably cost, and put right when it is
 * over. A tenant that comes starts at the floor, which is the least account of those that are busy:
 * it is owed nothing for the time that it was away, and what it had used beyond the floor is its
 * debt, which the others' work pays off. Who has neither work nor debt is forgotten.
 *
 * <p>For one thread at a time; time is told to it.
 */
final class Tenants {

  /** What a new process takes to start and to get warm; a script that costs one is charged it. */
  static final long SANDBOX_MICROS = 2_000_000;

  /** A tenant never waits longer than until the others have used this much each, by weight. */
  static final long MAX_DEBT_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** About what the shortest execution costs beside its script: reading, a context, a result. */
  static final long MIN_MICROS = 100;

  /** What is expected of a tenant that is not known: a short rule. */
  static final long UNKNOWN_MICROS = 1000;

  /** How many tenants without work are remembered for their debt. */
  static final int MAX_DEBTORS = 10_000;

  /** How long after the last change of tenants one counts as alone. */
  static final long ALONE_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** How much of a start's delay may be made up for, so that a rate is reached. */
  private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final DispatchConfig config;
  private final int maxConcurrent;
  private final long intervalNanos;

  /** In the order they came. */
  private final Map<String, Tenant> tenants = new LinkedHashMap<>();

  /** Those that may run. */
  private final NavigableSet<Tenant> eligible = new TreeSet<>(Tenant.BY_USE);

  /** Those and the ones that run. */
  private final NavigableSet<Tenant> busy = new TreeSet<>(Tenant.BY_USE);

  /** Those that have reached their rate. */
  private final NavigableSet<Tenant> resting = new TreeSet<>(Tenant.BY_REST);

  /** Those without work that have used more than the floor. */
  private final NavigableSet<Tenant> debtors = new TreeSet<>(Tenant.BY_USE);

  private int ready;
  private long floor;
  private long turns;
  private String lastName = "";
  private long aloneFromNanos;

  Tenants(DispatchConfig config, int sandboxes) {
    this.config = config;
    maxConcurrent = config.maxConcurrent().orElse(Math.max(1, sandboxes - 1));
    intervalNanos = config.maxRate() == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / config.maxRate();
  }

  void add(Execution execution, long nowNanos) {
    String name = execution.request().getTenant();
    if (!name.equals(lastName)) {
      aloneFromNanos = lastName.isEmpty() ? nowNanos : nowNanos + ALONE_NANOS;
      lastName = name;
    }
    Tenant tenant = tenants.get(name);
    if (tenant == null) {
      tenant = new Tenant(name, config.weights().getOrDefault(name, 1), UNKNOWN_MICROS, nowNanos);
      tenant.lastTurn = ++turns;
      tenants.put(name, tenant);
    }
    withdraw(tenant);
    tenant.ready.add(execution);
    ready++;
    place(tenant, nowNanos);
  }

  @Nullable Turn next(long nowNanos) {
    while (!resting.isEmpty() && !resting.first().rests(nowNanos)) {
      Tenant rested = resting.first();
      withdraw(rested);
      place(rested, nowNanos);
    }
    Tenant tenant = eligible.isEmpty() ? alone(nowNanos) : eligible.first();
    if (tenant == null) {
      return null;
    }
    withdraw(tenant);
    Execution execution = tenant.ready.remove();
    ready--;
    long charged = tenant.expectedMicros;
    tenant.charge(charged);
    tenant.running++;
    tenant.lastTurn = ++turns;
    if (intervalNanos > 0) {
      long last = tenant.restsUntilNanos;
      tenant.restsUntilNanos =
          (nowNanos - last > LATE_NANOS ? nowNanos - LATE_NANOS : last) + intervalNanos;
    }
    place(tenant, nowNanos);
    return new Turn(execution, charged);
  }

  void end(Turn turn, Cost cost, long nowNanos) {
    Tenant tenant = tenants.get(turn.execution().request().getTenant());
    if (tenant == null || tenant.running == 0) {
      throw new IllegalStateException("Execution " + turn.execution().id() + " had no turn");
    }
    withdraw(tenant);
    long micros = Math.max(MIN_MICROS, cost.cpuMicros());
    tenant.running--;
    tenant.charge(micros - turn.chargedMicros());
    tenant.expectedMicros = (tenant.expectedMicros + micros) / 2;
    long before = tenant.used;
    tenant.charge(cost.sandboxes() * SANDBOX_MICROS);
    tenant.used = Math.max(before, Math.min(tenant.used, floor + MAX_DEBT_NANOS));
    place(tenant, nowNanos);
  }

  /** Whether something waits for its turn. */
  boolean hasReady() {
    return ready > 0;
  }

  /** Drops what may run of these positions, and gives it. */
  List<Execution> forget(Predicate<Position> lost, long nowNanos) {
    List<Execution> dropped = new ArrayList<>();
    for (Tenant tenant : List.copyOf(tenants.values())) {
      int before = dropped.size();
      tenant.ready.removeIf(execution -> lost.test(execution.position()) && dropped.add(execution));
      if (dropped.size() > before) {
        ready -= dropped.size() - before;
        withdraw(tenant);
        place(tenant, nowNanos);
      }
    }
    return dropped;
  }

  long pauseNanos(long nowNanos) {
    return resting.isEmpty() ? Long.MAX_VALUE : resting.first().restsUntilNanos - nowNanos;
  }

  /** Shows every execution that may run. */
  void forEachReady(Consumer<Execution> viewer) {
    tenants.values().forEach(tenant -> tenant.ready.forEach(viewer));
  }

  /** How many are remembered. */
  int count() {
    return tenants.size();
  }

  /**
   * The default limit keeps a sandbox free for others; where nobody else has sent anything for a
   * while, that would be a waste.
   */
  private @Nullable Tenant alone(long nowNanos) {
    if (config.maxConcurrent().isPresent() || nowNanos - aloneFromNanos < 0) {
      return null;
    }
    Tenant last = tenants.get(lastName);
    return last == null || last.ready.isEmpty() || last.rests(nowNanos) ? null : last;
  }

  /** Takes a tenant out of all order, to change what the order depends on. */
  private void withdraw(Tenant tenant) {
    eligible.remove(tenant);
    busy.remove(tenant);
    resting.remove(tenant);
    debtors.remove(tenant);
  }

  private void place(Tenant tenant, long nowNanos) {
    tenant.used = Math.max(tenant.used, floor);
    boolean idle = tenant.running == 0 && tenant.ready.isEmpty();
    if (tenant.rests(nowNanos)) {
      resting.add(tenant);
    } else if (idle) {
      debtors.add(tenant);
    } else if (!tenant.ready.isEmpty() && tenant.running < maxConcurrent) {
      eligible.add(tenant);
    }
    if (tenant.running > 0 || eligible.contains(tenant)) {
      busy.add(tenant);
    }
    raiseFloor();
    while (!debtors.isEmpty() && (debtors.first().used <= floor || debtors.size() > MAX_DEBTORS)) {
      tenants.remove(debtors.removeFirst().name);
    }
  }

  private void raiseFloor() {
    if (!busy.isEmpty()) {
      floor = Math.max(floor, busy.first().used);
    } else if (!debtors.isEmpty()) {
      // Nobody is there to whom they could owe anything.
      floor = Math.max(floor, debtors.last().used);
    }
    if (!eligible.isEmpty()) {
      // A busy tenant that cannot run more holds the others' debts up only so far.
      floor = Math.max(floor, eligible.first().used - MAX_DEBT_NANOS);
    }
  }
}
