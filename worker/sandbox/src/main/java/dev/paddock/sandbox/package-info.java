/** The sandbox: the child process that runs guest code for a worker. Knows nothing of Kafka. */
@NullMarked
package dev.paddock.sandbox;

import org.jspecify.annotations.NullMarked;
