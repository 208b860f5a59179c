package dev.paddock.worker.publish;

import dev.paddock.schemas.ExecutionResult;
import dev.paddock.worker.Outcome;
import dev.paddock.worker.Spans;
import java.util.List;

/** Results of outcomes that are not published. For any thread. */
public final class Results {

  private final Letters letters;

  /**
   * @param worker whose they are
   */
  public Results(String worker) {
    letters = new Letters(worker, (_, _, _) -> List.of(), Spans.NONE);
  }

  /**
   * The result that a worker would write.
   *
   * @throws IllegalArgumentException for what has none: a record that is no request
   */
  public ExecutionResult of(Outcome outcome) {
    for (Letter letter : letters.of(outcome).letters()) {
      if (letter instanceof Letter.Result result) {
        return result.value();
      }
    }
    throw new IllegalArgumentException("There is no result of " + outcome.position());
  }
}
