package dev.paddock.worker.cli.batch;

import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.ExecutionStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes results where they belong, in the order of their lines if that is asked for: then it holds
 * those that have come before their turn, of which there are no more than lines may be begun. It
 * notes that results need not be read again only when they are written.
 */
final class Recorder implements Sink {

  private final ResultsFile results;
  private final @Nullable ResultsFile failures;
  private final boolean ordered;
  private final Tally tally;
  private final Submission.Listener listener;
  private final Notes notes;
  private final TreeMap<Long, Finished> held = new TreeMap<>();
  private long turn;
  private Map<Integer, Long> written = Map.of();
  private @Nullable Mark mark;

  /** Where it is noted how far everything is. */
  interface Notes {

    /**
     * Notes it.
     *
     * @param nextOffsets before which all results are in the files
     * @param requestOffsets before which there is no request of an unfinished line
     * @param resultsBytes length of the results
     * @param failuresBytes length of the failures
     */
    void note(
        Map<Integer, Long> nextOffsets,
        Map<Integer, Long> requestOffsets,
        long resultsBytes,
        long failuresBytes)
        throws IOException;
  }

  /** All results before these offsets are written once the line is. */
  private record Mark(Map<Integer, Long> nextOffsets, long line) {}

  /**
   * Begins.
   *
   * @param failures where the results go that did not succeed; null for the same place
   * @param turn the first line that is not written
   */
  Recorder(
      ResultsFile results,
      @Nullable ResultsFile failures,
      boolean ordered,
      long turn,
      Tally tally,
      Submission.Listener listener,
      Notes notes) {
    this.results = results;
    this.failures = failures;
    this.ordered = ordered;
    this.turn = turn;
    this.tally = tally;
    this.listener = listener;
    this.notes = notes;
  }

  /** Before these offsets nothing is missing in the files. */
  void beginAt(Map<Integer, Long> nextOffsets) {
    written = nextOffsets;
  }

  @Override
  public void result(long line, ExecutionResult result) throws IOException {
    finish(new Finished.Result(line, result));
  }

  @Override
  public void rejected(long line, String executionId, String message) throws IOException {
    finish(new Finished.Rejected(line, executionId, message));
  }

  @Override
  public void checkpoint(Map<Integer, Long> nextOffsets, Map<Integer, Long> requestOffsets)
      throws IOException {
    if (mark != null && turn > mark.line()) {
      written = mark.nextOffsets();
      mark = null;
    }
    if (held.isEmpty()) {
      written = nextOffsets;
      mark = null;
    } else if (mark == null) {
      mark = new Mark(nextOffsets, held.lastKey());
    }
    notes.note(written, requestOffsets, results.secure(), failures == null ? 0 : failures.secure());
  }

  @Override
  public void silence(Duration since) {
    listener.silence(since);
  }

  private void finish(Finished one) throws IOException {
    one.summary().addTo(tally);
    listener.step(tally);
    if (!ordered) {
      write(one);
      return;
    }
    held.put(one.line(), one);
    for (Finished next = held.remove(turn); next != null; next = held.remove(turn)) {
      write(next);
      turn++;
    }
  }

  private void write(Finished one) throws IOException {
    boolean failed = one.summary().status() != ExecutionStatus.SUCCEEDED;
    (failed && failures != null ? failures : results).write(one);
  }
}
