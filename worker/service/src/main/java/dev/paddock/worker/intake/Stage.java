package dev.paddock.worker.intake;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Somewhere that things wait. One thread looks; anybody may ask for the trouble, which is found by
 * the clock.
 */
final class Stage {

  private final String message;
  private final Duration bound;
  private final Clock clock;
  private volatile Instant moved;
  private volatile long waiting;
  private long counter;

  /**
   * @param message what is wrong, with the number that waits and the seconds
   * @param bound how long nothing may move while something waits
   */
  Stage(String message, Duration bound, Clock clock) {
    this.message = message;
    this.bound = bound;
    this.clock = clock;
    this.moved = clock.instant();
  }

  /**
   * Notes what there is now.
   *
   * @param nowWaiting how many wait
   * @param nowCounter only has to change where something moves
   */
  void look(long nowWaiting, long nowCounter) {
    if (nowWaiting == 0 || nowCounter != counter) {
      counter = nowCounter;
      moved = clock.instant();
    }
    waiting = nowWaiting;
  }

  /** What waits for too long, in words, or null. */
  @Nullable String trouble() {
    Duration still = Duration.between(moved, clock.instant());
    return waiting == 0 || still.compareTo(bound) <= 0
        ? null
        : message.formatted(waiting, still.toSeconds());
  }
}
