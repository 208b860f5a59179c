package dev.paddock.worker.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.paddock.sandbox.wire.Ending;
import dev.paddock.schemas.CatalogScript;
import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.ScriptIdentity;
import dev.paddock.schemas.ScriptReference;
import dev.paddock.schemas.ViolationKind;
import dev.paddock.worker.Execution;
import dev.paddock.worker.NamedScripts;
import dev.paddock.worker.Outcome;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.pool.SandboxCommand;
import dev.paddock.worker.pool.SandboxPool;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DispatcherTest {

  private static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");

  private static final Configuration CONFIGURATION =
      Configuration.of(
          Map.of(
              "pool.size", "1",
              "pool.spares", "0",
              "sandbox.compilation", "quick",
              "catalog.wait.ms", "60000",
              "ordering", "key"));

  private final Executions executions = new Executions();

  private final MapOfScripts catalog = new MapOfScripts();
  private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();

  @Test
  void aDeadlineThatPassesWhileTheRequestWaitsIsSeenWhenItWouldRun() throws Exception {
    AtomicReference<Instant> time = new AtomicReference<>(NOW);
    try (SandboxPool pool = pool();
        Dispatcher dispatcher =
            dispatcher(
                pool,
                time::get,
                outcome -> {
                  time.set(NOW.plusSeconds(60));
                  outcomes.add(outcome);
                })) {
      accept(dispatcher);
      accept(dispatcher);
      assertInstanceOf(Outcome.Answered.class, next());
      assertTooLate(next());
    }
  }

  @Test
  void aDeadlineThatPassesWhileASandboxStartsIsSeenWhenItIsReady() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    InstantSource time = () -> looks.getAndIncrement() == 0 ? NOW : NOW.plusSeconds(60);
    try (SandboxPool pool = pool();
        Dispatcher dispatcher = dispatcher(pool, time, outcomes::add)) {
      accept(dispatcher);
      assertTooLate(next());
      dispatcher.accept(executions.of(Executions.request("a", "1"), 0, null));
      assertInstanceOf(Outcome.Answered.class, next(), "the sandbox is free again");
    }
  }

  @Test
  void aScriptThatComesALittleLaterIsWaitedForAndHoldsUpNoOther() throws Exception {
    try (SandboxPool pool = pool();
        Dispatcher dispatcher = dispatcher(pool, () -> NOW, outcomes::add)) {
      Execution waiting = executions.of(named("a", "late", null), 0, null);
      dispatcher.accept(waiting);
      dispatcher.accept(executions.of(Executions.request("b", "1"), 0, null));
      Outcome.Answered other = assertInstanceOf(Outcome.Answered.class, next());
      assertEquals("b", other.execution().request().getTenant());
      catalog.add("a", "late", 1, "6 * 7");
      Outcome.Answered late = assertInstanceOf(Outcome.Answered.class, next());
      assertEquals(waiting, late.execution());
      assertEquals(new Ending.Succeeded("42"), late.answer().ending());
      assertEquals(new ScriptIdentity("late", 1), late.script().identity());
    }
  }

  @Test
  void aScriptThatNeverComesIsNotWaitedForForever() throws Exception {
    try (SandboxPool pool = pool();
        Dispatcher dispatcher = dispatcher(pool, () -> NOW, outcomes::add)) {
      Execution lately = executions.of(named("a", "never", null), 0, null);
      dispatcher.accept(
          new Execution(
              lately.position(),
              null,
              lately.request(),
              0,
              100,
              1,
              lately.readNanos() - TimeUnit.MILLISECONDS.toNanos(59_900)));
      Outcome.Rejected rejected = assertInstanceOf(Outcome.Rejected.class, next());
      assertEquals(ViolationKind.SCRIPT_NOT_FOUND, rejected.kind());
    }
  }

  @Test
  void whatWaitsOfAForgottenPartitionIsNotRunAndWhatRunsHasItsOutcome() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    try (SandboxPool pool = pool();
        Dispatcher dispatcher =
            dispatcher(
                pool,
                () -> NOW,
                outcome -> {
                  outcomes.add(outcome);
                  awaitUnchecked(goOn);
                })) {
      Execution running = executions.of(Executions.request("a", "1"), 0, "k");
      dispatcher.accept(running);
      assertEquals(running.position(), next().position());
      dispatcher.accept(executions.of(Executions.request("a", "2"), 0, "k"));
      dispatcher.accept(executions.of(Executions.request("a", "3"), 0, null));
      Execution other = executions.of(Executions.request("a", "4"), 1, null);
      dispatcher.accept(other);
      dispatcher.forget(position -> position.partition() == 0);
      Execution again = executions.of(Executions.request("a", "5"), 0, "k");
      dispatcher.accept(again);
      goOn.countDown();
      assertEquals(other.position(), next().position());
      assertEquals(again.position(), next().position());
    }
    assertEquals(List.of(), List.copyOf(outcomes));
  }

  @Test
  void oneThatWaitsForItsScriptIsForgottenToo() throws Exception {
    try (SandboxPool pool = pool();
        Dispatcher dispatcher = dispatcher(pool, () -> NOW, outcomes::add)) {
      dispatcher.accept(executions.of(named("a", "never", null), 0, "k"));
      Execution behind = executions.of(Executions.request("a", "1"), 0, null);
      dispatcher.accept(behind);
      assertEquals(behind.position(), next().position());
      dispatcher.forget(position -> position.partition() == 0);
      Execution again = executions.of(Executions.request("a", "1"), 0, "k");
      dispatcher.accept(again);
      assertEquals(again.position(), next().position());
    }
  }

  private static void awaitUnchecked(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void anErrorThatEndsARunnerIsToldOf() throws Exception {
    OutOfMemoryError error = new OutOfMemoryError("a test's");
    try (SandboxPool pool = pool();
        Dispatcher dispatcher =
            dispatcher(
                pool,
                () -> NOW,
                _ -> {
                  throw error;
                })) {
      accept(dispatcher);
      ExecutionException failure =
          assertThrows(
              ExecutionException.class, () -> dispatcher.failure().get(60, TimeUnit.SECONDS));
      assertSame(error, failure.getCause());
    }
  }

  /** It was admitted with version 2, which is disabled while its sandbox starts. */
  @Test
  void aVersionThatIsDisabledWhileItsRequestWaitsDoesNotRun() throws Exception {
    try (SandboxPool pool = pool();
        Dispatcher dispatcher =
            dispatcher(pool, () -> NOW, outcomes::add, new DisabledAfterOneLook())) {
      dispatcher.accept(executions.of(named("a", "changing", 2), 0, null));
      Outcome.Rejected rejected = assertInstanceOf(Outcome.Rejected.class, next());
      assertEquals(ViolationKind.SCRIPT_NOT_FOUND, rejected.kind());
      assertEquals(new ScriptIdentity("changing", 2), rejected.script().identity());
    }
  }

  @Test
  void aRequestThatNamesNoVersionRunsTheOneThatIsLeftByThen() throws Exception {
    try (SandboxPool pool = pool();
        Dispatcher dispatcher =
            dispatcher(pool, () -> NOW, outcomes::add, new DisabledAfterOneLook())) {
      dispatcher.accept(executions.of(named("a", "changing", null), 0, null));
      Outcome.Answered answered = assertInstanceOf(Outcome.Answered.class, next());
      assertEquals(new Ending.Succeeded("1"), answered.answer().ending());
      assertEquals(new ScriptIdentity("changing", 1), answered.script().identity());
    }
  }

  /** A catalog in which version 2 is disabled as soon as somebody has seen that it is not. */
  private static final class DisabledAfterOneLook implements NamedScripts {

    private final AtomicInteger looks = new AtomicInteger();

    @Override
    public CatalogScript find(String tenant, String id, @Nullable Integer version) {
      boolean disabled = looks.getAndIncrement() > 0;
      int found = version != null ? version : disabled ? 1 : 2;
      return MapOfScripts.script(tenant, id, found, Integer.toString(found))
          .setDisabled(disabled && found == 2)
          .build();
    }

    @Override
    public String whereabouts() {
      return "the test";
    }
  }

  private static ExecutionRequest.Builder named(
      String tenant, String id, @Nullable Integer version) {
    return Executions.request(tenant, "").setScript(new ScriptReference(id, version));
  }

  private static SandboxPool pool() throws IOException {
    Path home = Path.of(System.getProperty("paddock.home"));
    return new SandboxPool(SandboxCommand.of(home, 32 << 20), CONFIGURATION.pool());
  }

  private Dispatcher dispatcher(SandboxPool pool, InstantSource time, Consumer<Outcome> receiver) {
    return dispatcher(pool, time, receiver, catalog);
  }

  private static Dispatcher dispatcher(
      SandboxPool pool, InstantSource time, Consumer<Outcome> receiver, NamedScripts scripts) {
    return new Dispatcher(
        pool,
        CONFIGURATION.dispatch(),
        CONFIGURATION.limits(),
        scripts,
        receiver,
        time.withZone(ZoneOffset.UTC));
  }

  private void accept(Dispatcher dispatcher) {
    dispatcher.accept(
        executions.of(Executions.request("a", "1").setDeadline(NOW.plusSeconds(30)), 0, null));
  }

  private Outcome next() throws InterruptedException {
    return Objects.requireNonNull(outcomes.poll(60, TimeUnit.SECONDS), "an outcome");
  }

  private static void assertTooLate(Outcome outcome) {
    Outcome.Rejected rejected = assertInstanceOf(Outcome.Rejected.class, outcome);
    assertEquals(ViolationKind.DEADLINE_EXCEEDED, rejected.kind());
  }
}
