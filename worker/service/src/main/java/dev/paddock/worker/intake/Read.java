package dev.paddock.worker.intake;

import dev.paddock.worker.Execution;
import dev.paddock.worker.Outcome;

/** What a record turned out to be. */
public sealed interface Read {

  /** Something to run. */
  record Request(Execution execution) implements Read {}

  /** Nothing to run, and never going to be. */
  record Bad(Outcome outcome) implements Read {}

  /** Nobody can say before the schema registry can be used again. */
  record Unknown(String reason) implements Read {}
}
