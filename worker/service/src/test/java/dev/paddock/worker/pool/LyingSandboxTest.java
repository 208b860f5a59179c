package dev.paddock.worker.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Breach;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.Protection;
import dev.paddock.sandbox.wire.Quota;
import dev.paddock.sandbox.wire.Ready;
import dev.paddock.worker.config.Confinement;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A sandbox that says what no sandbox says is killed, and never believed. */
class LyingSandboxTest {

  private static final long LOOK_NANOS = 1_000_000;

  private static final Ready READY = new Ready(List.of());

  /** So much CPU time that half of it, untold, is more than an honest sandbox may use itself. */
  private static final Limits LIMITS =
      new Limits(2_000, 20_000, 16 << 20, 4 << 20, 10_000, 1000, 1000, 100);

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"SILENCE", "ANSWER_TWICE", "NONE"})
  void aLieIsADeath(LyingSandbox.Lie lie) throws Exception {
    Process process = start(lie);
    SandboxProcess sandbox = new SandboxProcess(host(process));
    sandbox.awaitReady(Confinement.OFF);
    // As the pool does, but early, since only what was seen can show that less was told.
    Thread watch =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (process.isAlive()) {
                    sandbox.look(System.nanoTime());
                    LockSupport.parkNanos(LOOK_NANOS);
                  }
                });
    SandboxDiedException died =
        assertThrows(SandboxDiedException.class, () -> sandbox.run(Tasks.script("1", LIMITS)));
    watch.join();
    assertTrue(
        String.valueOf(died.getMessage()).startsWith("Sandbox " + process.pid()),
        died.getMessage());
    assertFalse(sandbox.wasKilled(), "it is the sandbox's fault, not the script's");
    assertEquals(SandboxState.DEAD, sandbox.state());
    assertTrue(process.waitFor(10, TimeUnit.SECONDS), "it must be killed");
  }

  @Test
  void aSilentSandboxIsKilledAfterTheWallQuotaAndItsGrace() throws Exception {
    Process process = start(LyingSandbox.Lie.SILENCE);
    SandboxProcess sandbox = new SandboxProcess(host(process));
    sandbox.awaitReady(Confinement.OFF);
    long quotaNanos = TimeUnit.MILLISECONDS.toNanos(Tasks.LIMITS.wallMillis());
    Thread watch =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (process.isAlive()) {
                    // The clock is ours: far ahead of the task's start.
                    sandbox.look(System.nanoTime() + 2 * quotaNanos);
                    LockSupport.parkNanos(LOOK_NANOS);
                  }
                });
    Answer answer = sandbox.run(Tasks.script("1"));
    Breach breach = assertInstanceOf(Ending.Stopped.class, answer.ending()).breach();
    assertEquals(Quota.WALL_TIME, breach.quota());
    assertTrue(sandbox.wasKilled());
    watch.join();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0 0 0 40", "0 0 0 40 4 0"})
  void aSandboxThatStopsInTheMiddleOfAFrameIsNotTheScriptsFault(String half) throws Exception {
    int[] bytes = Arrays.stream(half.split(" ", -1)).mapToInt(Integer::parseInt).toArray();
    FakeHost host = new FakeHost(1, () -> 0, FakeHost.bytes(List.of(READY), bytes));
    SandboxProcess sandbox = new SandboxProcess(host);
    sandbox.awaitReady(Confinement.OFF);
    long quotaNanos = TimeUnit.MILLISECONDS.toNanos(Tasks.LIMITS.wallMillis());
    Thread watch =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    host.awaitSilence();
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                  sandbox.look(System.nanoTime() + 2 * quotaNanos);
                });
    assertThrows(SandboxDiedException.class, () -> sandbox.run(Tasks.script("1")));
    watch.join();
    assertFalse(sandbox.wasKilled(), "it is the sandbox's fault, not the script's");
    assertTrue(sandbox.hasCrashed());
    assertFalse(host.isAlive());
  }

  @Test
  void aSecondAnswerIsTakenForNoOthers() throws Exception {
    Process process = start(LyingSandbox.Lie.ANSWER_TWICE);
    SandboxProcess sandbox = new SandboxProcess(host(process));
    sandbox.awaitReady(Confinement.OFF);
    assertEquals(
        new Ending.Succeeded("1"), sandbox.run(Tasks.script("the first", LIMITS)).ending());
    SandboxDiedException died =
        assertThrows(
            SandboxDiedException.class, () -> sandbox.run(Tasks.script("another", LIMITS)));
    assertTrue(String.valueOf(died.getMessage()).contains("An answer to task"), died.getMessage());
    assertTrue(process.waitFor(10, TimeUnit.SECONDS), "it must be killed");
  }

  @Test
  void aSandboxThatIsNotConfinedIsNoneWhereThatIsRequired() {
    FakeHost host = new FakeHost(1, () -> 0, FakeHost.bytes(List.of(READY)));
    SandboxProcess sandbox = new SandboxProcess(host);
    SandboxDiedException refused =
        assertThrows(SandboxDiedException.class, () -> sandbox.awaitReady(Confinement.REQUIRED));
    assertTrue(
        String.valueOf(refused.getMessage()).contains("is not confined"), refused.getMessage());
    assertFalse(host.isAlive());
    assertFalse(sandbox.wasReady());
  }

  private static Process start(LyingSandbox.Lie lie) throws Exception {
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                LyingSandbox.class.getName(),
                lie.name()))
        .start();
  }

  private static SandboxHost host(Process process) {
    return new ProcessHost(
        process,
        process.toHandle(),
        "",
        Protection.missing(Protection.Kind.OOM_SCORE, "not asked for"));
  }
}
