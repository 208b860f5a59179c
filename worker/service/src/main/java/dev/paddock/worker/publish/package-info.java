/**
 * Turns outcomes into results and violations and writes them to Kafka. Does not know who reads
 * requests or runs them.
 */
@NullMarked
package dev.paddock.worker.publish;

import org.jspecify.annotations.NullMarked;
