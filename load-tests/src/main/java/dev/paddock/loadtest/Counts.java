package dev.paddock.loadtest;

import dev.paddock.worker.cli.CommandFailure;

/**
 * How much is measured.
 *
 * @param rounds how often each measurement is taken
 * @param executions scripts run per round where speed is measured
 */
record Counts(int rounds, int executions) {

  /** Scripts run before anything is measured: a sandbox gets faster for about so long. */
  int warmUp() {
    return executions * 5;
  }

  /** Scripts in a large catalog: 10,000 where 4,000 executions are measured. */
  int scripts() {
    return Math.max(10, executions * 5 / 2);
  }

  /**
   * A number that an option gives.
   *
   * @throws CommandFailure where it is below 1
   */
  static int positive(String option, int value) {
    if (value < 1) {
      throw CommandFailure.usage(option + " is " + value + "; it must be 1 or more");
    }
    return value;
  }

  /**
   * The same for one that has a bound.
   *
   * @throws CommandFailure where it is below 1 or above that
   */
  static int positive(String option, int value, int most) {
    return atMost(option, positive(option, value), most);
  }

  /**
   * A number that an option gives.
   *
   * @throws CommandFailure where it is above that
   */
  static int atMost(String option, int value, int most) {
    if (value > most) {
      throw CommandFailure.usage(option + " is " + value + "; it must be " + most + " or less");
    }
    return value;
  }

  /**
   * A number that an option gives.
   *
   * @throws CommandFailure where it is below the one or above the other
   */
  static int within(String option, int value, int least, int most) {
    if (value < least) {
      throw CommandFailure.usage(option + " is " + value + "; it must be " + least + " or more");
    }
    return atMost(option, value, most);
  }
}
