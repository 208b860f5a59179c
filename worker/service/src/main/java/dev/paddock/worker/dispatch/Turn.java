package dev.paddock.worker.dispatch;

import dev.paddock.worker.Execution;

/**
 * An execution that may run now.
 *
 * @param chargedMicros what its tenant was charged for it beforehand, in microseconds of CPU time
 */
record Turn(Execution execution, long chargedMicros) {}
