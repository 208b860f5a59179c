package dev.paddock.worker.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class AbandonedGuestsTest {

  private static final long LATER = AbandonedGuests.PATIENCE_NANOS;

  private final AbandonedGuests guests = new AbandonedGuests();
  private final AtomicBoolean runsOn = new AtomicBoolean(true);

  @Test
  void whoRunsOnWhileAnotherExecutionBeginsAndEndsIsLostUntilItEnds() {
    guests.add(runsOn::get, "endless", 100);
    guests.worked(100, 100 + LATER);
    assertEquals(1, guests.lost());
    assertEquals(1, guests.count());
    runsOn.set(false);
    assertEquals(0, guests.lost());
    assertEquals(0, guests.count());
  }

  @Test
  void whoIsOnlyLateToObeyIsAbandonedButNotLost() {
    guests.add(runsOn::get, "late", 100);
    guests.worked(100, 99 + LATER);
    assertEquals(1, guests.count());
    assertEquals(0, guests.lost());
    runsOn.set(false);
    guests.worked(100, 100 + LATER);
    assertEquals(0, guests.lost());
  }

  @Test
  void anExecutionThatHadBegunBeforeProvesNothing() {
    guests.add(runsOn::get, "endless", 100);
    guests.worked(99, 100 + LATER);
    assertEquals(0, guests.lost());
    guests.add(runsOn::get, "another", 200);
    guests.worked(150, 200 + LATER);
    assertEquals(1, guests.lost());
    guests.worked(200, 200 + LATER);
    assertEquals(2, guests.lost());
  }
}
