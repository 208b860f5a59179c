/**
 * What {@code paddock doctor} looks at: the machine, sandboxes, Kafka, its topics, the registry.
 * Changes nothing anywhere, and knows no request.
 */
@NullMarked
package dev.paddock.worker.cli.doctor;

import org.jspecify.annotations.NullMarked;
