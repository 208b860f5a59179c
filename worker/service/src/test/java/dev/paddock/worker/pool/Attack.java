package dev.paddock.worker.pool;

import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.Script;
import dev.paddock.sandbox.wire.Task;
import java.util.List;
import java.util.Set;

/**
 * Hostile scripts that run one after the other in the same sandbox, and what must come of each.
 *
 * @param family the file it stands in
 * @param isolations those that claim to stop it
 * @param steps one, or more where a later one must not see what an earlier one did
 */
record Attack(String family, String name, Set<Isolation> isolations, List<Step> steps) {

  /** Where a script runs: in a process of its own, or on a thread of the worker. */
  enum Isolation {
    PROCESS,
    CONTEXT
  }

  /**
   * One script of it.
   *
   * @param logsCut whether its log must have been cut
   */
  record Step(
      Script script, String input, Limits limits, Expectation expectation, boolean logsCut) {

    Task task() {
      return Tasks.of(script, input, limits);
    }
  }

  /** Its name in a report. */
  @Override
  public String toString() {
    return family + ": " + name;
  }
}
