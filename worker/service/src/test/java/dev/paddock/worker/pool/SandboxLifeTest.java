package dev.paddock.worker.pool;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.paddock.sandbox.launch.SandboxJvm;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.Task;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.PoolConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** When a sandbox process is replaced by another, and whom it serves until then. */
class SandboxLifeTest {

  /** Fields of /proc/PID/stat. */
  private static final int GROUP = 5;

  private static final int SESSION = 6;

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final SandboxCommand COMMAND =
      SandboxCommand.of(Path.of(System.getProperty("paddock.home")), 16 << 20);

  @Test
  void aSandboxThatHasRunEnoughIsReplaced() throws Exception {
    try (SandboxPool pool = pool(Map.of("sandbox.max.executions", "3"))) {
      await("both are warm").atMost(TIMEOUT).until(() -> pool.idleCount() == 2);
      for (int i = 0; i < 3; i++) {
        run(pool, "a");
      }
      assertEquals(1, pool.statistics().recycled());
      assertEquals(0, pool.statistics().crashed());
      run(pool, "a");
    }
  }

  @Test
  @Tag("long")
  void aSandboxThatHasGrownTooMuchIsReplaced() throws Exception {
    try (SandboxPool pool = pool(Map.of("sandbox.max.growth.bytes", "1MiB"))) {
      await("both are warm").atMost(TIMEOUT).until(() -> pool.idleCount() == 2);
      Task growing = Tasks.script("const a = []; for (let i = 0; i < 1e5; i++) a.push({i}); 1");
      await("a replacement")
          .atMost(TIMEOUT)
          .until(
              () -> {
                assertInstanceOf(Verdict.Answered.class, pool.run(growing));
                return pool.statistics().recycled() > 0;
              });
    }
  }

  @Test
  void aSpentSandboxIsReplacedWhereThereAreNoSpares() throws Exception {
    try (SandboxPool pool = pool(Map.of("pool.spares", "0", "sandbox.max.executions", "2"))) {
      for (int i = 0; i < 3; i++) {
        run(pool, "a");
      }
      assertEquals(1, pool.statistics().recycled());
      assertEquals(2, pool.statistics().started());
    }
  }

  @Test
  void aSandboxIsReplacedAtItsAge() throws Exception {
    try (SandboxPool pool = pool(Map.of("pool.spares", "0", "sandbox.max.age.ms", "1000"))) {
      await("its replacement")
          .atMost(TIMEOUT)
          .until(
              () -> {
                run(pool, "a");
                return pool.statistics().recycled() > 0;
              });
    }
  }

  @Test
  void aSandboxOfOneTenantNeverServesAnother() throws Exception {
    try (SandboxPool pool = pool(Map.of("sandbox.sharing", "tenant"))) {
      await("both are warm").atMost(TIMEOUT).until(() -> pool.idleCount() == 2);
      long started = pool.statistics().started();
      run(pool, "a");
      run(pool, "b");
      run(pool, "a");
      run(pool, "b");
      assertEquals(started, pool.statistics().started(), "each has its own");
      run(pool, "c");
      assertEquals(started + 1, pool.statistics().started(), "a third needs a new one");
    }
  }

  @Test
  void sandboxesThatCrashOneAfterAnotherAreNotStartedForever() throws Exception {
    PoolConfig config = config(Map.of("pool.spares", "0", "sandbox.confinement", "preferred"));
    try (SandboxPool pool = new SandboxPool(lying(LyingSandbox.Lie.EXIT.name()), config)) {
      pool.awaitReady(TIMEOUT);
      assertNull(pool.trouble());
      await("back-off")
          .atMost(TIMEOUT)
          .until(
              () -> {
                String message =
                    assertInstanceOf(Verdict.Crashed.class, pool.run(Tasks.script("1"))).message();
                assertTrue(message.matches("Sandbox \\d+ ended \\(exit status 7\\)"), message);
                return pool.trouble() != null;
              });
      assertTrue(String.valueOf(pool.trouble()).contains("in a row"), pool.trouble());
    }
  }

  @Test
  void aTaskWhoseSandboxLiedIsTriedAgainInAnother(@TempDir Path folder) throws Exception {
    PoolConfig config = config(Map.of("pool.spares", "0", "sandbox.confinement", "off"));
    Path mark = folder.resolve("lied");
    try (SandboxPool pool =
        new SandboxPool(
            lying(LyingSandbox.Lie.MORE_MEMORY_THAN_ALLOWED.name(), mark.toString()), config)) {
      pool.awaitReady(TIMEOUT);
      long liar = pool.processIds()[0];
      Verdict.Answered answered =
          assertInstanceOf(Verdict.Answered.class, pool.run(Tasks.script("1")));
      assertTrue(Files.exists(mark), "it has lied");
      assertEquals(2, answered.attempt());
      String teller = assertInstanceOf(Ending.Succeeded.class, answered.answer().ending()).output();
      assertNotEquals(Long.toString(liar), teller);
      assertEquals(1, pool.statistics().crashed());
      assertEquals(0, pool.statistics().killed());
    }
  }

  @Test
  void aHealthyPoolHasNoTrouble() throws Exception {
    try (SandboxPool pool = pool(Map.of("pool.spares", "0", "sandbox.oom.score.adj", "700"))) {
      run(pool, "a");
      assertNull(pool.trouble());
      assertFalse(pool.protections().isEmpty());
      if (OS.LINUX.isCurrentOs()) {
        Path score = Path.of("/proc", "" + pool.processIds()[0], "oom_score_adj");
        assertEquals("700", Files.readString(score).strip());
      }
    }
  }

  @Test
  void noMoreStartAtOnceThanThereAreProcessorsBesideTheWorkers() throws Exception {
    int processors = Runtime.getRuntime().availableProcessors();
    assumeTrue(processors <= 4, "it would take more sandboxes than a test should start");
    int size = processors + 1;
    int most = Math.max(1, processors - 1);
    try (SandboxPool pool = pool(Map.of("pool.size", "" + size, "pool.spares", "0"))) {
      await("all are ready")
          .atMost(TIMEOUT)
          .pollInterval(Duration.ofMillis(10))
          .until(
              () -> {
                List<SandboxView> views = pool.sandboxes();
                long starting =
                    views.stream().filter(one -> one.state() == SandboxState.STARTING).count();
                assertTrue(starting <= most, views::toString);
                return pool.idleCount() == size;
              });
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aSandboxIsAGroupOfItsOwnInTheWorkersSession() throws Exception {
    try (SandboxPool pool = pool(Map.of("pool.spares", "0"))) {
      run(pool, "a");
      long id = pool.processIds()[0];
      assertEquals(id, ofStat(id, GROUP));
      assertEquals(ofStat(ProcessHandle.current().pid(), SESSION), ofStat(id, SESSION));
    }
  }

  /** A field of a process's stat, see proc_pid_stat(5). */
  private static long ofStat(long process, int field) throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(process), "stat"));
    // The name, which is the second, may have spaces in it.
    return Long.parseLong(stat.substring(stat.lastIndexOf(')')).split(" ", -1)[field - 2]);
  }

  private static SandboxCommand lying(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                SandboxJvm.javaHome().resolve("bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                LyingSandbox.class.getName()));
    command.addAll(List.of(arguments));
    return new SandboxCommand(command, List.of(), TestClassPath.readable());
  }

  private static SandboxPool pool(Map<String, String> settings) throws Exception {
    SandboxPool pool = new SandboxPool(COMMAND, config(settings));
    pool.awaitReady(TIMEOUT);
    return pool;
  }

  private static PoolConfig config(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.putIfAbsent("pool.size", "1");
    all.put("pool.start.timeout.ms", "60000");
    all.put("sandbox.compilation", "quick");
    return Configuration.of(all).pool();
  }

  private static void run(SandboxPool pool, String tenant) throws InterruptedException {
    Task task = Tasks.script("1");
    Verdict verdict =
        pool.run(
            new Task(
                task.number(),
                task.executionId(),
                tenant,
                task.labels(),
                task.script(),
                task.input(),
                0,
                0,
                task.limits()));
    assertInstanceOf(Verdict.Answered.class, verdict);
  }
}
