/**
 * What a worker meets while it trains its JVM for the start cache: as much of a broker and of a
 * registry as it needs, in its own process.
 */
@NullMarked
package dev.paddock.worker.cli.training;

import org.jspecify.annotations.NullMarked;
