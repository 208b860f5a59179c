/**
 * The bounded set of sandbox processes: starts them, lends each to one task at a time, ends what
 * does not end itself, and replaces the dead. Knows tasks and answers, neither Kafka nor requests.
 */
@NullMarked
package dev.paddock.worker.pool;

import org.jspecify.annotations.NullMarked;
