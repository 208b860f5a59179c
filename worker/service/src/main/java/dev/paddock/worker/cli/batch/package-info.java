/**
 * A batch of requests through Kafka and back, at bounded memory and resumable. Knows topics and
 * results, neither workers nor the terminal.
 */
@NullMarked
package dev.paddock.worker.cli.batch;

import org.jspecify.annotations.NullMarked;
