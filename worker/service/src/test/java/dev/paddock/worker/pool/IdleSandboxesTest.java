package dev.paddock.worker.pool;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.Message;
import dev.paddock.sandbox.wire.Ready;
import dev.paddock.sandbox.wire.Task;
import dev.paddock.sandbox.wire.Usage;
import dev.paddock.worker.config.Confinement;
import dev.paddock.worker.config.Sharing;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Where no process may serve two tenants. */
class IdleSandboxesTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private static final List<Message> READY = List.of(new Ready(List.of()));

  private final IdleSandboxes idle = new IdleSandboxes(Sharing.TENANT);
  private final List<FakeHost> strangers = new CopyOnWriteArrayList<>();
  private final AtomicInteger asked = new AtomicInteger();
  private volatile int ownEnds;

  @Test
  void oneStrangerIsEndedForAWaitingTaskHoweverOftenItWakes() throws Exception {
    addStranger();
    addStranger();
    CompletableFuture<SandboxProcess> taken = takeForANewTenant();
    await("a stranger's end").atMost(TIMEOUT).until(() -> dead() == 1);
    for (int more = 0; more < 3; more++) {
      int before = asked.get();
      addStranger();
      await("that it has woken").atMost(TIMEOUT).until(() -> asked.get() > before);
    }
    SandboxProcess fresh = ready(new FakeHost(100, () -> 0, FakeHost.bytes(READY)));
    idle.addFresh(fresh);
    assertSame(fresh, taken.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS));
    assertEquals(1, dead());
    assertEquals(4, idle.count());
  }

  @Test
  void aStrangerThatHadEndedByItselfMakesRoomForNobody() throws Exception {
    addStranger();
    addStranger();
    strangers.getFirst().destroy(); // the one that waited longest
    ownEnds = 1;
    CompletableFuture<SandboxProcess> taken = takeForANewTenant();
    await("the other's end").atMost(TIMEOUT).until(() -> dead() == 2);
    idle.addFresh(ready(new FakeHost(100, () -> 0, FakeHost.bytes(READY))));
    taken.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
  }

  private CompletableFuture<SandboxProcess> takeForANewTenant() {
    CompletableFuture<SandboxProcess> taken = new CompletableFuture<>();
    Task task = Tasks.script("1");
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                taken.complete(idle.take(task, this::isReplacing));
              } catch (InterruptedException e) {
                taken.completeExceptionally(e);
              }
            });
    return taken;
  }

  /** As a pool's nursery does: whoever is ended is replaced, sooner or later. */
  private boolean isReplacing() {
    asked.incrementAndGet();
    return dead() > ownEnds;
  }

  private long dead() {
    return strangers.stream().filter(host -> !host.isAlive()).count();
  }

  private void addStranger() throws SandboxDiedException {
    Task task = Tasks.script("1");
    Task ofStranger =
        new Task(
            task.number(),
            task.executionId(),
            "stranger",
            task.labels(),
            task.script(),
            task.input(),
            0,
            0,
            task.limits());
    Answer answer =
        new Answer(
            task.number(),
            new Ending.Succeeded("1"),
            List.of(),
            false,
            new Usage(0, 0, 0, 0),
            false);
    FakeHost host =
        new FakeHost(strangers.size(), () -> 0, FakeHost.bytes(List.of(READY.getFirst(), answer)));
    SandboxProcess sandbox = ready(host);
    sandbox.run(ofStranger);
    strangers.add(host);
    idle.addWarm(sandbox);
  }

  private static SandboxProcess ready(FakeHost host) throws SandboxDiedException {
    SandboxProcess sandbox = new SandboxProcess(host);
    sandbox.awaitReady(Confinement.OFF);
    return sandbox;
  }
}
