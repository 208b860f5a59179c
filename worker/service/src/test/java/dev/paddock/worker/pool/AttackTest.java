package dev.paddock.worker.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.PoolConfig;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * A hostile script can waste its own quota and nothing else: every case in {@code attacks/} ends as
 * it says there, shows nothing of the host, and leaves its sandbox, or the replacement, as it was.
 */
class AttackTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private static final PoolConfig CONFIG =
      Configuration.of(Map.of("pool.size", "1", "pool.start.timeout.ms", "60000")).pool();

  /** Two cases at a time, each in a pool of one, so that its steps meet the same sandbox. */
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

  private static final BlockingQueue<SandboxPool> POOLS = new ArrayBlockingQueue<>(LANES);

  private static final ExecutorService LANE_THREADS = Executors.newFixedThreadPool(LANES);

  @BeforeAll
  static void start() throws Exception {
    Path home = Path.of(System.getProperty("paddock.home"));
    for (int i = 0; i < LANES; i++) {
      POOLS.add(new SandboxPool(SandboxCommand.of(home, 32 << 20), 1, CONFIG));
    }
    for (SandboxPool pool : POOLS) {
      pool.awaitReady(TIMEOUT);
    }
  }

  @AfterAll
  static void stop() {
    LANE_THREADS.shutdownNow();
    POOLS.forEach(SandboxPool::close);
  }

  @TestFactory
  Stream<DynamicTest> everyAttackWastesItsOwnQuotaAndNothingElse() throws Exception {
    List<DynamicTest> tests = new ArrayList<>();
    for (Attack attack : attacks()) {
      if (attack.isolations().contains(Attack.Isolation.PROCESS)) {
        Future<?> outcome = LANE_THREADS.submit(() -> run(attack));
        tests.add(dynamicTest(attack.toString(), () -> require(attack, outcome)));
      }
    }
    return tests.stream();
  }

  @Test
  void theSuiteIsWhole() throws Exception {
    List<Attack> attacks = attacks();
    assertTrue(attacks.size() >= 150, attacks.size() + " attacks");
    assertEquals(
        attacks.size(),
        attacks.stream().map(Attack::toString).distinct().count(),
        "every name is used once");
  }

  private static List<Attack> attacks() throws IOException, URISyntaxException {
    Path folder = Path.of(Objects.requireNonNull(AttackTest.class.getResource("/attacks")).toURI());
    List<Attack> attacks = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".js")).sorted().toList()) {
        attacks.addAll(AttackFile.read(file));
      }
    }
    return attacks;
  }

  private static Void run(Attack attack) throws InterruptedException {
    SandboxPool pool = POOLS.take();
    try {
      // A busy machine may stop a guest too late to keep its sandbox, so the steps are tried again.
      int tries = 0;
      while (!stepsMetOneSandbox(pool, attack)) {
        assertTrue(++tries < MAX_TRIES, "all steps must meet the same sandbox");
      }
      Answer probe = answer(pool.run(Tasks.script(PROBE)));
      assertEquals(PROBE_OUTPUT, assertInstanceOf(Ending.Succeeded.class, probe.ending()).output());
      return null;
    } finally {
      POOLS.add(pool);
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
