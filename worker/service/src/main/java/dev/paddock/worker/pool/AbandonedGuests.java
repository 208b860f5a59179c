package dev.paddock.worker.pool;

import dev.paddock.worker.LogKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Guests that run on although their sandbox was ended, because they are threads of this process,
 * which nobody can end. For any thread; the lock guards all of it.
 */
final class AbandonedGuests {

  private static final Logger LOG = LoggerFactory.getLogger(AbandonedGuests.class);

  /** One that obeys, but late, is gone by then. */
  static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** One of them. */
  private static final class Guest {
    private final BooleanSupplier runsOn;
    private final String executionId;
    private final @Nullable String position;
    private final long sinceNanos;
    private boolean lost;

    Guest(BooleanSupplier runsOn, String executionId, long sinceNanos) {
      this.runsOn = runsOn;
      this.executionId = executionId;
      this.position = MDC.get(LogKeys.POSITION);
      this.sinceNanos = sinceNanos;
    }
  }

  private final List<Guest> guests = new ArrayList<>();

  /**
   * Keeps an eye on one whose sandbox was ended just now.
   *
   * @param runsOn whether it still does
   * @param executionId what it was to do
   */
  synchronized void add(BooleanSupplier runsOn, String executionId, long nowNanos) {
    guests.add(new Guest(runsOn, executionId, nowNanos));
  }

  /**
   * An execution has come to its end. Who was abandoned before it began, and not just now, and runs
   * on, is lost.
   *
   * @param begunNanos when it began
   */
  synchronized void worked(long begunNanos, long nowNanos) {
    forgetEnded();
    for (Guest guest : guests) {
      if (!guest.lost
          && begunNanos - guest.sinceNanos >= 0
          && nowNanos - guest.sinceNanos >= PATIENCE_NANOS) {
        guest.lost = true;
        // Not of the execution that this thread has just run.
        LOG.atWarn()
            .addKeyValue(LogKeys.EXECUTION_ID, guest.executionId)
            .addKeyValue(LogKeys.POSITION, guest.position)
            .log(
                "The thread of an execution runs on although it was stopped; it keeps a core busy"
                    + " until it ends by itself, or this worker does. There are {} such threads",
                countLost());
      }
    }
  }

  /** How many there are, those that are only late to obey among them. */
  synchronized long count() {
    forgetEnded();
    return guests.size();
  }

  /** How many are lost. */
  synchronized long lost() {
    forgetEnded();
    return countLost();
  }

  private long countLost() {
    return guests.stream().filter(guest -> guest.lost).count();
  }

  private void forgetEnded() {
    guests.removeIf(guest -> !guest.runsOn.getAsBoolean());
  }
}
