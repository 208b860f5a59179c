package dev.paddock.worker.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.paddock.schemas.ViolationKind;
import dev.paddock.worker.Outcome;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.pool.SandboxCommand;
import dev.paddock.worker.pool.SandboxPool;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class DispatcherTest {

  private static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");

  private final Executions executions = new Executions();

  @Test
  void aDeadlineThatPassesWhileTheRequestWaitsIsSeenWhenItWouldRun() throws Exception {
    Configuration configuration = Configuration.of(Map.of("pool.size", "1", "pool.spares", "0"));
    AtomicReference<Instant> time = new AtomicReference<>(NOW);
    InstantSource source = time::get;
    Clock clock = source.withZone(ZoneOffset.UTC);
    BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
    SandboxCommand command =
        SandboxCommand.of(
            Path.of(Objects.requireNonNull(System.getProperty("paddock.home"))), 32 << 20);
    try (SandboxPool pool = new SandboxPool(command, configuration.pool());
        Dispatcher dispatcher =
            new Dispatcher(
                pool,
                configuration.dispatch(),
                configuration.limits(),
                outcome -> {
                  time.set(NOW.plusSeconds(60));
                  outcomes.add(outcome);
                },
                clock)) {
      pool.awaitReady(Duration.ofSeconds(60));
      Instant deadline = NOW.plusSeconds(30);
      for (int i = 0; i < 2; i++) {
        dispatcher.accept(
            executions.of(Executions.request("a", "1").setDeadline(deadline), 0, null));
      }
      assertInstanceOf(Outcome.Answered.class, outcomes.poll(60, TimeUnit.SECONDS));
      Outcome.Rejected second =
          assertInstanceOf(Outcome.Rejected.class, outcomes.poll(60, TimeUnit.SECONDS));
      assertEquals(ViolationKind.DEADLINE_EXCEEDED, second.kind());
    }
  }
}
