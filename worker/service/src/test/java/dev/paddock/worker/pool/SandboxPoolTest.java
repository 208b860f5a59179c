package dev.paddock.worker.pool;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.sandbox.wire.Breach;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.Quota;
import dev.paddock.sandbox.wire.Task;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.PoolConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxPoolTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private static final PoolConfig CONFIG =
      Configuration.of(
              Map.of(
                  "pool.size", "1",
                  "pool.start.timeout.ms", "60000",
                  "sandbox.compilation", "quick"))
          .pool();

  /** How much CPU time beyond its quota a script has before it is killed. */
  private static final long LATEST_MILLIS = 500;

  /** Whoever kills it may have to wait for a processor while it goes on. */
  private static final long BUSY_MACHINE_MILLIS = 500;

  /** Waits long enough for a test to kill its sandbox. */
  private static final Task WAITING =
      Tasks.script(
          "new Promise(r => setTimeout(r, 1500, 'waited'))",
          new Limits(10_000, 60_000, 16 << 20, 4 << 20, 10_000, 1000, 1000, 100));

  @SuppressWarnings("NullAway.Init")
  private static SandboxPool pool;

  @BeforeAll
  static void start() throws Exception {
    Path home = Path.of(System.getProperty("paddock.home"));
    pool = new SandboxPool(SandboxCommand.of(home, 16 << 20), CONFIG);
    await("a sandbox and its spare").atMost(TIMEOUT).until(() -> pool.idleCount() == 2);
  }

  @AfterAll
  static void stop() {
    long[] processes = pool.processIds();
    pool.close();
    for (long pid : processes) {
      await("a closed pool leaves no process behind")
          .until(() -> ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false), is -> !is);
    }
  }

  @Test
  void aScriptThatStopsAtItsQuotaCostsNoSandbox() throws Exception {
    PoolStatistics before = pool.statistics();
    assertEquals(Quota.CPU_TIME, breach(pool.run(Tasks.script("for (;;);"))).quota());
    assertEquals("3", output(pool.run(Tasks.script("1 + 2"))));
    assertEquals(before, pool.statistics());
  }

  @Test
  void aScriptThatCannotBeStoppedIsKilledAndItsSandboxReplaced() throws Exception {
    PoolStatistics before = pool.statistics();
    for (String source :
        List.of("10n ** 50000000n", "(2n ** 30000000n).toString()", "Array.from({length: 1e9})")) {
      Verdict verdict = pool.run(Tasks.script(source));
      Breach breach = breach(verdict);
      assertTrue(
          breach.quota() == Quota.CPU_TIME || breach.quota() == Quota.HEAP, breach.toString());
      long usedMillis = ((Verdict.Answered) verdict).answer().usage().cpuMicros() / 1000;
      assertTrue(
          usedMillis < Tasks.LIMITS.cpuMillis() + LATEST_MILLIS + BUSY_MACHINE_MILLIS,
          usedMillis + " ms of CPU time");
      assertEquals("3", output(pool.run(Tasks.script("1 + 2"))));
    }
    assertTrue(pool.statistics().killed() > before.killed(), pool.statistics().toString());
    assertEquals(before.crashed(), pool.statistics().crashed());
  }

  @Test
  void aSandboxKilledInTheMiddleOfATaskIsNotTheScriptsFault() throws Exception {
    PoolStatistics before = pool.statistics();
    CompletableFuture<Verdict> verdict = runInBackground(WAITING);
    killTheBusyOne();
    Verdict.Answered answered =
        assertInstanceOf(
            Verdict.Answered.class, verdict.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS));
    assertEquals(2, answered.attempt());
    assertEquals("\"waited\"", output(answered));
    assertEquals(before.crashed() + 1, pool.statistics().crashed());
  }

  @Test
  void aTaskOverWhichTwoSandboxesDieHasCrashed() throws Exception {
    CompletableFuture<Verdict> verdict = runInBackground(WAITING);
    killTheBusyOne();
    killTheBusyOne();
    Verdict.Crashed crashed =
        assertInstanceOf(Verdict.Crashed.class, verdict.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS));
    assertEquals(2, crashed.attempt());
    assertTrue(crashed.message().contains("killed by signal 9, SIGKILL"), crashed.message());
    assertEquals("3", output(pool.run(Tasks.script("1 + 2"))));
  }

  @Test
  void executionsOfAScriptPreferTheSandboxThatKeepsItsContext() throws Exception {
    await("both sandboxes").atMost(TIMEOUT).until(() -> pool.idleCount() == 2);
    for (int call = 1; call <= 3; call++) {
      for (String name : List.of("one", "other")) {
        assertEquals("[\"%s\",%d]".formatted(name, call), output(pool.run(Tasks.counting(name))));
      }
    }
    // Which has to go where both keep one: the context that waited longest.
    assertEquals("3", output(pool.run(Tasks.script("1 + 2"))));
    assertEquals("[\"other\",4]", output(pool.run(Tasks.counting("other"))));
    assertEquals("[\"one\",1]", output(pool.run(Tasks.counting("one"))));
  }

  @Test
  void aConfinedSandboxHasTheSystemsClockAndRandomness() throws Exception {
    assertFalse(pool.protections().isEmpty());
    Set<String> drawn = new HashSet<>();
    for (int i = 0; i < 4; i++) {
      long before = System.currentTimeMillis();
      String[] parts =
          output(pool.run(Tasks.ofSystem("`${Date.now()} ${crypto.randomUUID()}`")))
              .replace("\"", "")
              .split(" ", -1);
      long shown = Long.parseLong(parts[0]);
      assertTrue(Math.abs(shown - before) < TIMEOUT.toMillis(), before + " " + shown);
      drawn.add(parts[1]);
    }
    assertEquals(4, drawn.size());
  }

  @Test
  void idleSandboxesThatDieAreReplaced() throws Exception {
    await("both sandboxes").atMost(TIMEOUT).until(() -> pool.processIds().length == 2);
    long[] before = pool.processIds();
    Arrays.stream(before).forEach(SandboxPoolTest::kill);
    await("replacements")
        .atMost(TIMEOUT)
        .until(
            () ->
                pool.processIds().length == 2
                    && Arrays.stream(pool.processIds())
                        .noneMatch(pid -> Arrays.stream(before).anyMatch(old -> old == pid)));
    assertEquals("3", output(pool.run(Tasks.script("1 + 2"))));
  }

  @Test
  void aPoolWhoseSandboxesDoNotStartSaysWhy() throws Exception {
    SandboxCommand noMain =
        new SandboxCommand(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+NoSuchFlag",
                "-version"),
            List.of(),
            List.of(Path.of(System.getProperty("java.home")), Path.of("/lib"), Path.of("/lib64")));
    try (SandboxPool broken = new SandboxPool(noMain, CONFIG)) {
      IllegalStateException refused =
          assertThrows(IllegalStateException.class, () -> broken.awaitReady(Duration.ofSeconds(2)));
      assertTrue(String.valueOf(refused.getMessage()).contains("NoSuchFlag"), refused.getMessage());
    }
  }

  @Test
  void aHomeWithoutSandboxJarsSaysHowToBuildThem(@TempDir Path empty) throws IOException {
    Files.createDirectory(empty.resolve("sandbox"));
    IllegalStateException refused =
        assertThrows(IllegalStateException.class, () -> SandboxCommand.of(empty, 1));
    assertTrue(String.valueOf(refused.getMessage()).contains("mvn package"), refused.getMessage());
  }

  private static CompletableFuture<Verdict> runInBackground(Task task) {
    CompletableFuture<Verdict> verdict = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                verdict.complete(pool.run(task));
              } catch (InterruptedException | RuntimeException e) {
                verdict.completeExceptionally(e);
              }
            });
    return verdict;
  }

  private static void killTheBusyOne() {
    await("a sandbox that runs the task")
        .atMost(TIMEOUT)
        .until(() -> pool.busyProcessIds().length == 1);
    kill(pool.busyProcessIds()[0]);
    await("its end").atMost(TIMEOUT).until(() -> pool.busyProcessIds().length == 0);
  }

  private static void kill(long pid) {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }

  private static Breach breach(Verdict verdict) {
    Verdict.Answered answered = assertInstanceOf(Verdict.Answered.class, verdict);
    return assertInstanceOf(Ending.Stopped.class, answered.answer().ending()).breach();
  }

  private static String output(Verdict verdict) {
    Verdict.Answered answered = assertInstanceOf(Verdict.Answered.class, verdict);
    return String.valueOf(
        assertInstanceOf(Ending.Succeeded.class, answered.answer().ending()).output());
  }
}
