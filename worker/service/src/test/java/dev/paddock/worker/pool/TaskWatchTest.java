package dev.paddock.worker.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.paddock.sandbox.wire.Breach;
import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.Quota;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class TaskWatchTest {

  private final AtomicLong cpuMillis = new AtomicLong(5000);
  private final TaskWatch watch =
      new TaskWatch(new Limits(100, 1000, 1, 4 << 20, 1, 1, 1000, 1), cpuMillis::get, 0);

  @Test
  void aTaskWithinItsQuotasIsLeftAlone() {
    assertNull(watch.look(millis(TaskWatch.FIRST_LOOK_MILLIS)));
    cpuMillis.addAndGet(349);
    assertNull(watch.look(millis(1249)));
    assertNull(watch.verdict());
  }

  @Test
  void cpuTimeBeyondQuotaAndGraceIsKilled() {
    assertNull(watch.look(millis(TaskWatch.FIRST_LOOK_MILLIS)));
    cpuMillis.addAndGet(350);
    Breach breach = Objects.requireNonNull(watch.look(millis(400)));
    assertEquals(Quota.CPU_TIME, breach.quota());
    assertEquals(100, breach.limit());
    assertEquals(350, breach.observed());
  }

  @Test
  void aShortTaskIsNotAskedForItsCpuTime() {
    LongSupplier refusing =
        () -> {
          throw new AssertionError("asked");
        };
    TaskWatch own = new TaskWatch(new Limits(100, 1000, 1, 4 << 20, 1, 1, 1000, 1), refusing, 0);
    assertNull(own.look(millis(TaskWatch.FIRST_LOOK_MILLIS - 1)));
    assertThrows(AssertionError.class, () -> own.look(millis(TaskWatch.FIRST_LOOK_MILLIS)));
  }

  @Test
  void wallTimeBeyondQuotaAndGraceIsKilled() {
    Breach breach = Objects.requireNonNull(watch.look(millis(1250)));
    assertEquals(Quota.WALL_TIME, breach.quota());
  }

  @Test
  void anAnnouncedStopIsGivenItsGraceAndKeepsItsReason() {
    Breach said = new Breach(Quota.HEAP, 1, 2, "too much");
    watch.announce(said, millis(50));
    assertNull(watch.look(millis(299)));
    assertEquals(said, watch.look(millis(300)));
    cpuMillis.addAndGet(1000);
    assertEquals(said, watch.look(millis(2000)), "the first verdict stands");
  }

  private static long millis(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
