package dev.paddock.worker.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.sandbox.wire.Reuse;
import dev.paddock.worker.config.DispatchConfig;
import dev.paddock.worker.config.Ordering;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class ScheduleTest {

  private static final Cost SMALL = new Cost(1000, 0);
  private static final Cost LOOP = new Cost(1_000_000, 0);

  private final Executions executions = new Executions();

  private static DispatchConfig config(Map<String, Integer> weights, int rate) {
    return new DispatchConfig(
        Ordering.NONE, Map.of(), OptionalInt.empty(), weights, rate, Duration.ZERO, Reuse.NONE);
  }

  private static Turn turn(Schedule schedule) {
    Turn turn = schedule.next(0);
    assertNotNull(turn);
    return turn;
  }

  private static String tenant(Turn turn) {
    return turn.execution().request().getTenant();
  }

  /**
   * Every order of coming, starting, ending and forgetting agrees with a plain model, in every
   * ordering.
   */
  @RepeatedTest(200)
  void agreesWithTheModel(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    Ordering[] orderings = Ordering.values();
    DispatchConfig config =
        new DispatchConfig(
            orderings[repetition.getCurrentRepetition() % orderings.length],
            random.nextBoolean()
                ? Map.of()
                : Map.of(Executions.EVENTS, orderings[random.nextInt(orderings.length)]),
            OptionalInt.of(1 + random.nextInt(3)),
            Map.of("t0", 4, "t1", 2),
            0,
            Duration.ZERO,
            Reuse.NONE);
    Schedule schedule = new Schedule(config, 4);
    ScheduleModel model = new ScheduleModel(config);
    List<Turn> running = new ArrayList<>();
    int came = 0;
    int ended = 0;
    for (int step = 0; step < 300 || ended < came; step++) {
      if (random.nextInt(30) == 0) {
        int lost = random.nextInt(2);
        schedule.forget(position -> position.partition() == lost, 0);
        came -= model.forget(position -> position.partition() == lost);
      } else if (step < 300 && random.nextInt(3) == 0) {
        String key = random.nextInt(4) == 0 ? null : "k" + random.nextInt(3);
        var execution = executions.of("t" + random.nextInt(4), random.nextInt(2), key);
        schedule.add(execution, 0);
        model.add(execution);
        came++;
      } else if (running.size() < 4 && random.nextBoolean()) {
        Turn turn = schedule.next(0);
        assertEquals(model.next().orElse(null), turn);
        if (turn != null) {
          running.add(turn);
        }
      } else if (!running.isEmpty()) {
        Turn turn = running.remove(random.nextInt(running.size()));
        Cost cost = new Cost(random.nextInt(1_500_000), random.nextInt(10) == 0 ? 1 : 0);
        schedule.end(turn, cost, 0);
        model.end(turn, cost);
        ended++;
      }
      assertEquals(model.size(), schedule.size());
    }
    assertEquals(0, schedule.size());
  }

  @Test
  void tenantsShareCpuTimeByWeightWhateverTheirExecutionsCost() {
    Map<String, Cost> costs = Map.of("loops", LOOP, "rules", SMALL, "gold", SMALL);
    Schedule schedule = new Schedule(config(Map.of("gold", 4), 0), 1);
    costs.keySet().forEach(tenant -> schedule.add(executions.of(tenant), 0));
    Map<String, Long> used = new HashMap<>();
    for (int i = 0; i < 100_000; i++) {
      Turn turn = turn(schedule);
      schedule.add(executions.of(tenant(turn)), 0);
      Cost cost = costs.getOrDefault(tenant(turn), SMALL);
      schedule.end(turn, cost, 0);
      used.merge(tenant(turn), cost.cpuMicros(), Long::sum);
    }
    long rules = used.getOrDefault("rules", 0L);
    long loops = used.getOrDefault("loops", 0L);
    long gold = used.getOrDefault("gold", 0L);
    assertTrue(Math.abs(loops - rules) <= 2 * LOOP.cpuMicros(), used.toString());
    assertTrue(Math.abs(gold - 4 * rules) <= 4 * LOOP.cpuMicros(), used.toString());
  }

  @Test
  void aTenantWhoseSandboxesAreKilledIsSlowedAndComesBackBeforeTheOthersHaveUsedTheGreatestDebt() {
    Schedule schedule = new Schedule(config(Map.of(), 0), 1);
    schedule.add(executions.of("other"), 0);
    for (int i = 0; i < 20; i++) {
      schedule.add(executions.of("killed"), 0);
    }
    int killed = 0;
    long others = 0;
    long othersSinceKill = 0;
    while (killed < 20) {
      Turn turn = turn(schedule);
      if (tenant(turn).equals("killed")) {
        schedule.end(turn, new Cost(1000, 5), 0);
        killed++;
        othersSinceKill = 0;
      } else {
        schedule.add(executions.of("other"), 0);
        schedule.end(turn, SMALL, 0);
        others += SMALL.cpuMicros();
        othersSinceKill += SMALL.cpuMicros();
        assertTrue(othersSinceKill * 1000 <= Tenants.MAX_DEBT_NANOS + 10_000_000);
      }
    }
    assertTrue(others * 1000 >= 19 * (Tenants.MAX_DEBT_NANOS - 10_000_000), "used " + others);
  }

  @Test
  void oneSandboxStaysFreeForOthersUntilOneTenantHasBeenAloneForAWhile() {
    Schedule schedule = new Schedule(config(Map.of(), 0), 2);
    schedule.add(executions.of("b"), 0);
    schedule.end(turn(schedule), SMALL, 0);
    schedule.add(executions.of("a"), 0);
    schedule.add(executions.of("a"), 0);
    assertNotNull(schedule.next(0));
    assertNull(schedule.next(Tenants.ALONE_NANOS - 1));
    assertNotNull(schedule.next(Tenants.ALONE_NANOS));
  }

  @Test
  void aRateIsReachedAndNotExceeded() {
    Schedule schedule = new Schedule(config(Map.of(), 10), 2);
    int started = 0;
    for (long ms = 0; ms < 10_000; ms += 7) {
      long now = TimeUnit.MILLISECONDS.toNanos(ms);
      schedule.add(executions.of("a"), now);
      Turn turn = schedule.next(now);
      if (turn == null) {
        assertTrue(schedule.pauseNanos(now) > 0);
      } else {
        started++;
        schedule.end(turn, SMALL, now);
      }
    }
    assertTrue(started >= 99 && started <= 101, "started " + started);
  }

  @Test
  void manyTenantNamesLeaveNothingBehind() {
    Schedule schedule = new Schedule(config(Map.of(), 0), 1);
    schedule.add(executions.of("steady"), 0);
    for (int i = 0; i < 200_000; i++) {
      schedule.add(executions.of("name-" + i), 0);
      Turn turn = turn(schedule);
      if (tenant(turn).equals("steady")) {
        schedule.add(executions.of("steady"), 0);
        schedule.end(turn, SMALL, 0);
        turn = turn(schedule);
      }
      schedule.end(turn, new Cost(1000, 1), 0);
      assertTrue(schedule.size() <= Tenants.MAX_DEBTORS + 3, "remembers " + schedule.size());
    }
    for (Turn turn = schedule.next(0); turn != null; turn = schedule.next(0)) {
      schedule.end(turn, SMALL, 0);
    }
    assertEquals(0, schedule.size());
  }
}
