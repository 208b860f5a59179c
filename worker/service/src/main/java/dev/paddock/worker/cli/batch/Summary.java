package dev.paddock.worker.cli.batch;

import dev.paddock.schemas.ExecutionStatus;

/** What a tally needs of a finished line. */
record Summary(
    long line,
    ExecutionStatus status,
    String kind,
    long queueMicros,
    long cpuMicros,
    long wallMicros) {

  void addTo(Tally tally) {
    tally.add(status, kind, queueMicros, cpuMicros, wallMicros);
  }
}
