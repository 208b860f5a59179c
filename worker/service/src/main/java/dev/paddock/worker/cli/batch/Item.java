package dev.paddock.worker.cli.batch;

import dev.paddock.schemas.ExecutionRequest;

/** What one line of a batch holds. */
public sealed interface Item {

  /** Something to run; its execution id is set by the exchange. */
  record Request(ExecutionRequest.Builder request) implements Item {}

  /** Nothing yet; ask again. */
  record Later() implements Item {}

  /** Something that cannot be sent. */
  record Bad(String message) implements Item {}
}
