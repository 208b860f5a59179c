package dev.paddock.worker.dispatch;

import dev.paddock.worker.Execution;
import dev.paddock.worker.Position;
import dev.paddock.worker.config.DispatchConfig;
import dev.paddock.worker.config.Ordering;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The schedule as one would first write it: lists, walked for every question. Knows no rate. */
final class ScheduleModel {

  private static final class Account {
    final String tenant;
    long used;
    long expected = Tenants.UNKNOWN_MICROS;
    long lastTurn;

    Account(String tenant, long used, long lastTurn) {
      this.tenant = tenant;
      this.used = used;
      this.lastTurn = lastTurn;
    }
  }

  private final DispatchConfig config;
  private final List<Execution> present = new ArrayList<>(); // in the order they came
  private final List<Execution> ready = new ArrayList<>(); // in the order they became so
  private final List<Execution> running = new ArrayList<>();
  private final List<Account> accounts = new ArrayList<>();
  private long floor;
  private long turns;

  ScheduleModel(DispatchConfig config) {
    this.config = config;
  }

  void add(Execution execution) {
    present.add(execution);
    findReady();
  }

  Optional<Turn> next() {
    Optional<Account> chosen =
        accounts.stream()
            .filter(this::eligible)
            .min(
                Comparator.<Account>comparingLong(account -> account.used)
                    .thenComparingLong(account -> account.lastTurn));
    return chosen.map(
        account -> {
          Execution execution =
              ready.stream()
                  .filter(e -> tenant(e).equals(account.tenant))
                  .findFirst()
                  .orElseThrow();
          ready.remove(execution);
          running.add(execution);
          Turn turn = new Turn(execution, account.expected);
          charge(account, account.expected);
          account.lastTurn = ++turns;
          raise(account);
          settle();
          return turn;
        });
  }

  void end(Turn turn, Cost cost) {
    Account account = account(tenant(turn.execution()));
    long micros = Math.max(Tenants.MIN_MICROS, cost.cpuMicros());
    charge(account, micros - turn.chargedMicros());
    account.expected = (account.expected + micros) / 2;
    long before = account.used;
    charge(account, cost.sandboxes() * Tenants.SANDBOX_MICROS);
    account.used = Math.max(before, Math.min(account.used, floor + Tenants.MAX_DEBT_NANOS));
    running.remove(turn.execution());
    present.remove(turn.execution());
    raise(account);
    settle();
    findReady();
  }

  /**
   * Drops what has not had its turn.
   *
   * @return how many that was
   */
  int forget(Predicate<Position> lost) {
    List<Execution> gone =
        present.stream().filter(e -> lost.test(e.position()) && !running.contains(e)).toList();
    present.removeAll(gone);
    for (Account account : List.copyOf(accounts)) {
      if (ready.removeIf(e -> tenant(e).equals(account.tenant) && gone.contains(e))) {
        raise(account);
        settle();
      }
    }
    return gone.size();
  }

  int size() {
    int lanes = 0;
    for (int i = 0; i < present.size(); i++) {
      lanes += !free(present.get(i)) && isFirst(i) ? 1 : 0;
    }
    return lanes + accounts.size();
  }

  private void findReady() {
    for (int i = 0; i < present.size(); i++) {
      Execution execution = present.get(i);
      if (!ready.contains(execution) && !running.contains(execution) && isFirst(i)) {
        ready.add(execution);
        raise(account(tenant(execution)));
        settle();
      }
    }
  }

  /** Whether the one at an index has to wait for none. */
  private boolean isFirst(int index) {
    Execution execution = present.get(index);
    return free(execution)
        || present.subList(0, index).stream().noneMatch(earlier -> sameLane(earlier, execution));
  }

  private boolean sameLane(Execution one, Execution other) {
    return one.position().partition() == other.position().partition()
        && (ordering(one) == Ordering.PARTITION || Arrays.equals(one.key(), other.key()));
  }

  private void raise(Account account) {
    account.used = Math.max(account.used, floor);
  }

  private boolean free(Execution execution) {
    return ordering(execution) == Ordering.NONE
        || (ordering(execution) == Ordering.KEY && execution.key() == null);
  }

  private Ordering ordering(Execution execution) {
    return config.orderings().getOrDefault(execution.position().topic(), config.ordering());
  }

  private Account account(String tenant) {
    return accounts.stream()
        .filter(account -> account.tenant.equals(tenant))
        .findFirst()
        .orElseGet(
            () -> {
              Account fresh = new Account(tenant, floor, ++turns);
              accounts.add(fresh);
              return fresh;
            });
  }

  /** Raises the floor, and forgets who has neither work nor debt. */
  private void settle() {
    accounts.stream()
        .filter(this::busy)
        .mapToLong(account -> account.used)
        .min()
        .ifPresentOrElse(
            least -> floor = Math.max(floor, least),
            () -> floor = accounts.stream().mapToLong(a -> a.used).reduce(floor, Math::max));
    accounts.stream()
        .filter(this::eligible)
        .mapToLong(account -> account.used)
        .min()
        .ifPresent(least -> floor = Math.max(floor, least - Tenants.MAX_DEBT_NANOS));
    accounts.removeIf(account -> !busy(account) && account.used <= floor);
  }

  private boolean busy(Account account) {
    return running(account) > 0 || eligible(account);
  }

  private boolean eligible(Account account) {
    return ready.stream().anyMatch(execution -> tenant(execution).equals(account.tenant))
        && running(account) < config.maxConcurrent().orElseThrow();
  }

  private long running(Account account) {
    return running.stream().filter(e -> tenant(e).equals(account.tenant)).count();
  }

  private void charge(Account account, long micros) {
    account.used = account.used + micros * 1000 / config.weights().getOrDefault(account.tenant, 1);
  }

  private static String tenant(Execution execution) {
    return execution.request().getTenant();
  }
}
