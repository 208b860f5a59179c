package dev.paddock.worker.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.paddock.schemas.ViolationKind;
import dev.paddock.worker.Outcome;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.pool.SandboxCommand;
import dev.paddock.worker.pool.SandboxPool;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class DispatcherTest {

  private static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");

  private static final Configuration CONFIGURATION =
      Configuration.of(
          Map.of("pool.size", "1", "pool.spares", "0", "sandbox.compilation", "quick"));

  private final Executions executions = new Executions();

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

  private static SandboxPool pool() throws IOException {
    Path home = Path.of(System.getProperty("paddock.home"));
    return new SandboxPool(SandboxCommand.of(home, 32 << 20), CONFIGURATION.pool());
  }

  private static Dispatcher dispatcher(
      SandboxPool pool, InstantSource time, Consumer<Outcome> receiver) {
    return new Dispatcher(
        pool,
        CONFIGURATION.dispatch(),
        CONFIGURATION.limits(),
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
