package dev.paddock.worker.pool;

import dev.paddock.sandbox.wire.Answer;

/** What became of a task. */
public sealed interface Verdict {

  /** How many sandboxes it took: 1, or 2 where the first one died. */
  int attempt();

  /** When the last of them got the task, by System.nanoTime(). */
  long startNanos();

  /** It has an answer: the sandbox's, or the pool's own where the sandbox had to be killed. */
  record Answered(Answer answer, int attempt, long startNanos) implements Verdict {}

  /**
   * Two sandboxes died over it.
   *
   * @param message how the second one died, without a word of its own
   */
  record Crashed(String message, int attempt, long startNanos) implements Verdict {}
}
