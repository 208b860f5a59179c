package dev.paddock.worker.cli.batch;

import java.util.BitSet;

/**
 * Which lines of a batch are finished, in space that does not grow with the batch: all below the
 * lowest unfinished one, and a bit for each of a number of lines from there on. For one thread.
 */
final class Window {

  private final int size;
  private final int bits;
  private final BitSet finished;
  private long lowestUnfinished = 1;
  private long count;

  Window(int size) {
    this(size, size);
  }

  /**
   * A window that knows of lines beyond those that may be begun. Who goes on with a batch meets the
   * results in another order than they were met in before, and of lines that were begun later than
   * what is noted of the batch.
   *
   * @param size how many lines may be begun
   * @param bits how many lines can be known to be finished, no less than that
   */
  Window(int size, int bits) {
    this.size = size;
    this.bits = bits;
    finished = new BitSet(bits);
  }

  /** The first line that is not finished; lines count from 1. */
  long lowestUnfinished() {
    return lowestUnfinished;
  }

  /** How many lines are finished. */
  long count() {
    return count;
  }

  /** Whether the line is near enough to the lowest unfinished one to be begun. */
  boolean admits(long line) {
    return line < lowestUnfinished + size;
  }

  /** Whether the line is near enough to the lowest unfinished one to be known to be finished. */
  boolean holds(long line) {
    return line < lowestUnfinished + bits;
  }

  boolean isFinished(long line) {
    return line < lowestUnfinished || (holds(line) && finished.get(bit(line)));
  }

  /**
   * Notes that a line is finished.
   *
   * @return false where that was known already
   * @throws IllegalArgumentException where the line could not have been begun
   */
  boolean finish(long line) {
    if (!holds(line)) {
      throw new IllegalArgumentException(
          "Line " + line + " is more than " + bits + " beyond line " + lowestUnfinished);
    }
    if (isFinished(line)) {
      return false;
    }
    finished.set(bit(line));
    count++;
    while (finished.get(bit(lowestUnfinished))) {
      finished.clear(bit(lowestUnfinished));
      lowestUnfinished++;
    }
    return true;
  }

  private int bit(long line) {
    return (int) (line % bits);
  }
}
