package dev.paddock.worker.pool;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.Quota;
import dev.paddock.sandbox.wire.Ready;
import dev.paddock.worker.config.Confinement;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SandboxWatchTest {

  private static final Limits LIMITS =
      new Limits(500, 100, 16 << 20, 4 << 20, 10_000, 1000, 1000, 100);

  @Test
  @Timeout(60) // a sandbox that nobody watches is waited for without end
  void aSandboxThatCannotBeLookedAtIsEndedAndTheOthersAreWatchedOn() throws Exception {
    AtomicBoolean figures = new AtomicBoolean(true);
    FakeHost brokenHost =
        host(
            1,
            () -> {
              if (!figures.get()) {
                throw new IllegalStateException("no figures");
              }
              return 0;
            });
    FakeHost silentHost = host(2, () -> 0);
    SandboxProcess broken = ready(brokenHost);
    SandboxProcess silent = ready(silentHost);
    figures.set(false);
    try (SandboxWatch watch = new SandboxWatch(() -> Stream.of(broken, silent))) {
      watch.begun();
      assertThrows(SandboxDiedException.class, () -> broken.run(Tasks.script("1", Tasks.LIMITS)));
      assertFalse(brokenHost.isAlive());
      assertFalse(broken.wasKilled(), "the script is not to blame");
      Ending ending = silent.run(Tasks.script("1", LIMITS)).ending();
      assertEquals(
          Quota.WALL_TIME, assertInstanceOf(Ending.Stopped.class, ending).breach().quota());
    }
  }

  @Test
  @Timeout(60) // nor does a watch that is not woken see anything
  void whereNothingRunsItRestsUntilATaskBegins() throws Exception {
    SandboxProcess silent = ready(host(1, () -> 0));
    try (SandboxWatch watch = new SandboxWatch(() -> Stream.of(silent))) {
      await("its rest").until(watch::isResting);
      watch.begun();
      Ending ending = silent.run(Tasks.script("1", LIMITS)).ending();
      assertEquals(
          Quota.WALL_TIME, assertInstanceOf(Ending.Stopped.class, ending).breach().quota());
      assertFalse(watch.isResting());
    }
  }

  private static FakeHost host(long id, LongSupplier cpuMillis) {
    return new FakeHost(id, cpuMillis, FakeHost.bytes(List.of(new Ready(List.of()))));
  }

  private static SandboxProcess ready(FakeHost host) throws SandboxDiedException {
    SandboxProcess sandbox = new SandboxProcess(host);
    sandbox.awaitReady(Confinement.OFF);
    return sandbox;
  }
}
