package dev.paddock.worker.pool;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.Quota;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.PoolConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Scripts on threads of the worker: what is kept from them, and what is not. */
class ContextIsolationTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private static final Limits LIMITS =
      new Limits(300, 30_000, 16 << 20, 4 << 20, 10_000, 1000, 1000, 100);

  private static final Limits BRIEF =
      new Limits(300, 300, 16 << 20, 4 << 20, 10_000, 1000, 1000, 100);

  @SuppressWarnings("NullAway.Init")
  private static SandboxPool pool;

  @BeforeAll
  static void start() throws Exception {
    PoolConfig config =
        Configuration.of(Map.of("pool.size", "1", "pool.isolation", "context")).pool();
    pool =
        new SandboxPool(
            SandboxCommand.of(Path.of(System.getProperty("paddock.home")), 16 << 20), config);
    await("a sandbox and its spare").atMost(TIMEOUT).until(() -> pool.idleCount() == 2);
  }

  @AfterAll
  static void stop() {
    pool.close();
  }

  @Test
  void scriptsRunInThisProcess() throws Exception {
    assertEquals("42", output("[6, 7].reduce((a, b) => a * b)"));
    assertArrayEquals(new long[0], pool.processIds());
  }

  @Test
  void nothingIsLeftForTheNextScript() throws Exception {
    output("globalThis.left = 1; Array.prototype.left = 1; 1");
    assertEquals("[\"undefined\",\"undefined\"]", output("[typeof left, typeof [].left]"));
  }

  @Test
  void neitherJavaNorTheWorkersClassesCanBeReached() throws Exception {
    assertEquals("[\"undefined\",\"undefined\"]", output("[typeof Java, typeof Polyglot]"));
  }

  @Test
  void anEndlessScriptIsStoppedAtItsQuotaAndTheThreadGoesOn() throws Exception {
    // On a busy machine one may be stopped too late, and its thread given up; not each time.
    await("scripts that are stopped and leave their thread")
        .atMost(TIMEOUT)
        .pollInSameThread()
        .until(
            () -> {
              long before = pool.statistics().started();
              assertEquals(Quota.CPU_TIME, quota("for (;;);", LIMITS));
              assertEquals(Quota.WALL_TIME, quota("new Promise(r => setTimeout(r, 1e6))", BRIEF));
              assertEquals("3", output("1 + 2"));
              return pool.statistics().started() == before;
            });
  }

  @Test
  void aScriptThatCannotBeStoppedKeepsItsThreadWhichIsCountedAndReplaced() throws Exception {
    PoolStatistics before = pool.statistics();
    // Long enough to be seen; it ends by itself, so that no thread of this JVM is lost for good.
    assertEquals(Quota.CPU_TIME, quota("10n ** 30000000n", LIMITS));
    assertTrue(pool.statistics().abandoned() > before.abandoned(), pool.statistics().toString());
    await("a thread that is known to be lost, since others come and go")
        .atMost(TIMEOUT)
        .pollInSameThread()
        .until(
            () -> {
              assertEquals("3", output("1 + 2"));
              return pool.statistics().lost() > before.lost();
            });
  }

  private static Quota quota(String source, Limits limits) throws InterruptedException {
    return assertInstanceOf(Ending.Stopped.class, ending(source, limits)).breach().quota();
  }

  private static String output(String source) throws InterruptedException {
    return String.valueOf(
        assertInstanceOf(Ending.Succeeded.class, ending(source, LIMITS)).output());
  }

  private static Ending ending(String source, Limits limits) throws InterruptedException {
    Verdict verdict = pool.run(Tasks.script(source, limits));
    return assertInstanceOf(Verdict.Answered.class, verdict).answer().ending();
  }
}
