package dev.paddock.worker.cli.batch;

import java.util.BitSet;

/**
 * Which lines of a batch are finished, in space that does not grow with the batch: all below the
 * lowest unfinished one, and a bit for each of the {@code size} lines from there on. For one
 * thread.
 */
final class Window {

  private final int size;
  private final BitSet finished;
  private long lowestUnfinished = 1;
  private long count;

  Window(int size) {
    this.size = size;
    finished = new BitSet(size);
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

  boolean isFinished(long line) {
    return line < lowestUnfinished || (admits(line) && finished.get(bit(line)));
  }

  /**
   * Notes that a line is finished.
   *
   * @return false where that was known already
   * @throws IllegalArgumentException where the line could not have been begun
   */
  boolean finish(long line) {
    if (!admits(line)) {
      throw new IllegalArgumentException(
          "Line " + line + " is more than " + size + " beyond line " + lowestUnfinished);
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
    return (int) (line % size);
  }
}
