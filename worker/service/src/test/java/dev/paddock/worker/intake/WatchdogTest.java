package dev.paddock.worker.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.intake.Watchdog.Look;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What waits, and whether anything moves; 30 s may pass without, and a script may take 10 s. */
class WatchdogTest {

  private static final Look IDLE = new Look(0, 0, 0, 0, 0, 0, 0, null);

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final Clock clock = ((InstantSource) now::get).withZone(ZoneOffset.UTC);
  private final Watchdog watchdog =
      new Watchdog(
          Configuration.of(
              Map.of("limits.ceiling.wall.ms", "10000", "delivery.transaction.interval.ms", "50")),
          clock);

  private void pass(int seconds) {
    var _ = now.updateAndGet(before -> before.plus(Duration.ofSeconds(seconds)));
  }

  /** As the poll thread does. */
  private void turn(Look look) {
    watchdog.turn();
    watchdog.look(look);
  }

  @Test
  void nothingIsWrongWhereNothingWaits() {
    for (int bytes = 1; bytes < 100; bytes++) {
      pass(1);
      turn(new Look(0, 0, 0, 0, 0, 0, bytes, "the last transaction failed"));
      assertEquals(List.of(), watchdog.troubles());
    }
  }

  @Test
  void requestsThatCannotBeReadAreToldOfOnceTheyHaveWaitedForSoLong() {
    turn(new Look(7, 3, 0, 0, 0, 0, 1, null));
    pass(30);
    turn(new Look(7, 3, 0, 0, 0, 0, 2, null));
    assertEquals(List.of(), watchdog.troubles());
    pass(1);
    turn(new Look(7, 3, 0, 0, 0, 0, 3, null));
    assertEquals(
        List.of("7 requests wait in Kafka, and none could be read for 31 s"), watchdog.troubles());
    turn(new Look(6, 4, 0, 0, 0, 0, 4, null));
    assertEquals(List.of(), watchdog.troubles());
  }

  @Test
  void requestsThatRunMayTakeWhatTwoLongestScriptsTakeOnTop() {
    turn(new Look(0, 0, 5, 8, 0, 0, 1, null));
    pass(50);
    turn(new Look(0, 0, 5, 8, 0, 0, 2, null));
    assertEquals(List.of(), watchdog.troubles());
    pass(1);
    turn(new Look(0, 0, 5, 8, 0, 0, 3, null));
    assertEquals(
        List.of("5 requests were read, and none has been answered for 51 s"), watchdog.troubles());
    turn(new Look(0, 0, 5, 9, 0, 0, 4, null));
    assertEquals(List.of(), watchdog.troubles());
  }

  @Test
  void whatIsNotCommittedIsToldOfWithTheReasonWhereThatIsKnown() {
    turn(new Look(0, 0, 0, 0, 4, 2, 1, null));
    pass(31);
    turn(new Look(0, 0, 0, 0, 4, 2, 2, null));
    String trouble = "4 answered requests wait to be committed, and none has been for 31 s";
    assertEquals(List.of(trouble), watchdog.troubles());
    turn(new Look(0, 0, 0, 0, 4, 2, 3, "NotEnoughReplicas"));
    assertEquals(List.of(trouble + ": NotEnoughReplicas"), watchdog.troubles());
    turn(IDLE);
    assertEquals(List.of(), watchdog.troubles());
  }

  @Test
  void aKafkaThatSaysNothingAndAThreadThatHangsAreFoundWithoutAnyRequest() {
    turn(IDLE);
    pass(31);
    turn(IDLE);
    assertEquals(List.of("Kafka has not answered for 31 s"), watchdog.troubles());
    turn(new Look(0, 0, 0, 0, 0, 0, 1, null));
    pass(30);
    assertEquals(List.of(), watchdog.troubles());
    // The thread may wait for intake.drain.ms, 20 s, where partitions are revoked.
    pass(21);
    assertEquals(
        List.of(
            "The thread that reads from Kafka has been stuck for 51 s",
            "Kafka has not answered for 51 s"),
        watchdog.troubles());
  }
}
