package dev.paddock.worker.dispatch;

import dev.paddock.worker.Outcome;

/**
 * What an execution has cost.
 *
 * @param cpuMicros CPU time, in microseconds
 * @param sandboxes that it has cost because they could not go on
 */
record Cost(long cpuMicros, int sandboxes) {

  /** Of what has not run. */
  static final Cost NOTHING = new Cost(0, 0);

  static Cost of(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Answered answered ->
          new Cost(answered.answer().usage().cpuMicros(), answered.answer().last() ? 1 : 0);
      // Nobody has measured it; it had one thread.
      case Outcome.Crashed crashed -> new Cost(crashed.wallMicros(), crashed.attempt());
      case Outcome.Rejected _, Outcome.Malformed _ -> NOTHING;
    };
  }
}
