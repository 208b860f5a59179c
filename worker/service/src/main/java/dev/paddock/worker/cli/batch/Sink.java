package dev.paddock.worker.cli.batch;

import dev.paddock.schemas.ExecutionResult;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** Gets what comes of a batch, each line once, in the order of completion. Called by one thread. */
public interface Sink {

  /** A result came. */
  void result(long line, ExecutionResult result) throws IOException;

  /** A line could not be sent. */
  void rejected(long line, String executionId, String message) throws IOException;

  /**
   * Called about once a second, when everything that was read has been handed on.
   *
   * @param nextOffsets the results topic's offsets by partition from which reading goes on
   * @param requestOffsets the requests topic's before which there is no request of an unfinished
   *     line
   */
  default void checkpoint(Map<Integer, Long> nextOffsets, Map<Integer, Long> requestOffsets)
      throws IOException {}

  /** Requests were sent, and no result has come for a while; called once per silence. */
  default void silence(Duration since) {}
}
