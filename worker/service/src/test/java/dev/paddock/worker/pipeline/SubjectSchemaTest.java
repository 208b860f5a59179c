package dev.paddock.worker.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.paddock.schemas.registry.RegisteredSchema;
import dev.paddock.worker.MovableClock;
import java.time.Duration;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How often the registry is asked, and what holds meanwhile. */
class SubjectSchemaTest {

  private final MovableClock clock = new MovableClock();
  private final SubjectSchema subject = new SubjectSchema(this::ask, clock);
  private int version = 1;
  private boolean away;
  private int asked;

  private RegisteredSchema ask() {
    asked++;
    if (away) {
      throw new TimeoutException("away");
    }
    return new RegisteredSchema("s", version, version, Schema.create(Schema.Type.INT));
  }

  private void pass(Duration time) {
    clock.move(time);
  }

  @BeforeEach
  void load() {
    subject.load();
  }

  @Test
  void aNewVersionIsFoundAfterHalfAMinuteOrWhereTheOneBeforeDoesNotFit() {
    version = 2;
    pass(Duration.ofSeconds(29));
    RegisteredSchema first = subject.latest();
    assertEquals(1, first.version());
    RegisteredSchema newer = subject.newerThan(first);
    assertNotNull(newer);
    assertEquals(2, newer.version());
    assertEquals(2, subject.latest().version());

    version = 3;
    pass(Duration.ofSeconds(30));
    assertEquals(3, subject.latest().version());
    assertEquals(3, asked);
  }

  @Test
  void outputsThatNeverFitAskOnceASecond() {
    for (int i = 0; i < 100; i++) {
      assertNull(subject.newerThan(subject.latest()));
      pass(Duration.ofMillis(100));
    }
    assertEquals(10, asked);
  }

  @Test
  void aRegistryThatIsAwayIsAskedTwiceAMinuteAndWhatIsKnownHolds() {
    away = true;
    pass(Duration.ofSeconds(30));
    for (int i = 0; i < 60; i++) {
      assertEquals(1, subject.latest().version());
      assertNull(subject.newerThan(subject.latest()));
      pass(Duration.ofSeconds(1));
    }
    assertEquals(3, asked);
    away = false;
    version = 2;
    assertEquals(2, subject.latest().version());
  }
}
