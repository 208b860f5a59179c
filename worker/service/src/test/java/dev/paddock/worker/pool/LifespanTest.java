package dev.paddock.worker.pool;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.SandboxConfig;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LifespanTest {

  private static final long MAX_EXECUTIONS = 1000;
  private static final long MAX_AGE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final SandboxConfig config =
      Configuration.of(
              Map.of(
                  "sandbox.max.executions",
                  Long.toString(MAX_EXECUTIONS),
                  "sandbox.max.age.ms",
                  "60000"))
          .pool()
          .sandbox();

  @Test
  void noneGoesBeyondWhatIsAllowedNorEndsMuchBefore() {
    for (Lifespan lifespan : Stream.generate(Lifespan::random).limit(1000).toList()) {
      assertTrue(lifespan.isOver(config, MAX_EXECUTIONS, 0));
      assertTrue(lifespan.isOver(config, 0, MAX_AGE_NANOS));
      assertFalse(
          lifespan.isOver(
              config,
              (long) (MAX_EXECUTIONS * Lifespan.LEAST) - 1,
              (long) (MAX_AGE_NANOS * Lifespan.LEAST) - 1));
    }
  }

  @Test
  void theyEndAtDifferentTimes() {
    long ended =
        Stream.generate(Lifespan::random)
            .limit(1000)
            .filter(lifespan -> lifespan.isOver(config, MAX_EXECUTIONS * 7 / 8, 0))
            .count();
    assertTrue(ended > 300 && ended < 700, ended + " of 1000 have ended at seven eighths");
  }

  @Test
  void fewExecutionsAreAllMade() {
    SandboxConfig three = Configuration.of(Map.of("sandbox.max.executions", "3")).pool().sandbox();
    assertFalse(new Lifespan(Lifespan.LEAST).isOver(three, 2, 0));
  }
}
