package dev.paddock.worker.dispatch;

import dev.paddock.worker.Execution;
import dev.paddock.worker.Outcome;
import dev.paddock.worker.ScriptUsed;
import dev.paddock.worker.pool.Verdict;
import java.time.Clock;
import java.util.concurrent.TimeUnit;

/** What the pool's verdicts are to those who asked for executions. */
final class Runs {

  private Runs() {}

  /** The outcome of an execution that ran. */
  static Outcome outcome(Execution execution, ScriptUsed script, Verdict verdict, Clock clock) {
    long queueMicros = micros(execution.readNanos(), verdict.startNanos());
    return switch (verdict) {
      case Verdict.Answered answered ->
          new Outcome.Answered(
              execution,
              script,
              answered.answer(),
              answered.attempt(),
              queueMicros,
              clock.instant());
      case Verdict.Crashed crashed ->
          new Outcome.Crashed(
              execution,
              script,
              crashed.message(),
              crashed.attempt(),
              queueMicros,
              micros(crashed.startNanos(), System.nanoTime()),
              clock.instant());
    };
  }

  private static long micros(long fromNanos, long toNanos) {
    return TimeUnit.NANOSECONDS.toMicros(toNanos - fromNanos);
  }
}
