package dev.paddock.worker.pool;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.PoolConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * Runs attacks, two at a time, each in a pool of one, so that its steps meet the same sandbox. A
 * pool lives on from one attack to the next, as it does in a worker.
 */
final class AttackLanes implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private static final int LANES = 2;

  private static final String PROBE =
      """
      [[3, 1, 2].sort(), new Map([[1, 'm']]).get(1), /(b)/.exec('abc')[1], 2n ** 70n + '',
        new Date(0).toISOString(), `${typeof setTimeout}`, await0()]
      async function await0() { return await 1 }
      """;

  private static final String PROBE_OUTPUT =
      "[[1,2,3],\"m\",\"b\",\"1180591620717411303424\",\"1970-01-01T00:00:00.000Z\",\"function\",{}]";

  private static final int MAX_TRIES = 5;

  private final Attack.Isolation isolation;
  private final List<SandboxPool> pools = new ArrayList<>();
  private final BlockingQueue<SandboxPool> freePools = new ArrayBlockingQueue<>(LANES);
  private final ExecutorService threads = Executors.newFixedThreadPool(LANES);

  /** Starts the sandboxes and waits until they are warm. */
  AttackLanes(Attack.Isolation isolation) throws IOException, InterruptedException {
    this.isolation = isolation;
    PoolConfig config =
        Configuration.of(
                Map.of(
                    "pool.size",
                    "1",
                    "pool.isolation",
                    isolation.name().toLowerCase(Locale.ROOT),
                    "pool.start.timeout.ms",
                    "60000",
                    // Many die young here.
                    "sandbox.compilation",
                    "quick"))
            .pool();
    Path home = Path.of(System.getProperty("paddock.home"));
    for (int i = 0; i < LANES; i++) {
      pools.add(new SandboxPool(SandboxCommand.of(home, 32 << 20), config));
    }
    for (SandboxPool pool : pools) {
      await("a sandbox and its spare").atMost(TIMEOUT).until(() -> pool.idleCount() == 2);
    }
    freePools.addAll(pools);
  }

  /** Starts what this isolation claims to stop; each test waits for its attack. */
  Stream<DynamicTest> run(List<Attack> attacks) {
    List<DynamicTest> tests = new ArrayList<>();
    for (Attack attack : attacks) {
      if (attack.isolations().contains(isolation)) {
        Future<?> outcome = threads.submit(() -> run(attack));
        tests.add(dynamicTest(attack.toString(), () -> require(attack, outcome)));
      }
    }
    return tests.stream();
  }

  @Override
  public void close() {
    threads.shutdownNow();
    pools.forEach(SandboxPool::close);
  }

  private Void run(Attack attack) throws InterruptedException {
    SandboxPool pool = freePools.take();
    try {
      long abandoned = pool.statistics().abandoned();
      // A busy machine may stop a guest too late to keep its sandbox, so the steps are tried again.
      int tries = 0;
      while (!stepsMetOneSandbox(pool, attack)) {
        assertTrue(++tries < MAX_TRIES, "all steps must meet the same sandbox");
      }
      Answer probe = answer(pool.run(Tasks.script(PROBE)));
      assertEquals(PROBE_OUTPUT, assertInstanceOf(Ending.Succeeded.class, probe.ending()).output());
      await("the end of every guest")
          .atMost(TIMEOUT)
          .until(() -> pool.statistics().abandoned() <= abandoned);
      return null;
    } finally {
      freePools.add(pool);
    }
  }

  private static boolean stepsMetOneSandbox(SandboxPool pool, Attack attack)
      throws InterruptedException {
    PoolStatistics before = pool.statistics();
    for (Attack.Step step : attack.steps()) {
      Answer answer = answer(pool.run(step.task()));
      step.expectation().require(answer.ending());
      Leaks.requireNone(answer, step.script().source());
      assertEquals(step.logsCut(), answer.logsTruncated(), "whether the log was cut");
    }
    assertEquals(before.crashed(), pool.statistics().crashed(), "no sandbox may die of it");
    return attack.steps().size() == 1 || before.equals(pool.statistics());
  }

  private static Answer answer(Verdict verdict) {
    Verdict.Answered answered = assertInstanceOf(Verdict.Answered.class, verdict);
    assertEquals(1, answered.attempt(), "a sandbox died of it");
    return answered.answer();
  }

  private static void require(Attack attack, Future<?> outcome) throws InterruptedException {
    try {
      outcome.get();
    } catch (ExecutionException e) {
      throw new AssertionError(attack + ": " + e.getCause(), e.getCause());
    }
  }
}
