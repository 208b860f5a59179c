/**
 * Reads requests from Kafka, hands them on, and commits what is published. Runs no guest code,
 * never waits for it, and does not know what becomes of a request.
 */
@NullMarked
package dev.paddock.worker.intake;

import org.jspecify.annotations.NullMarked;
