/**
 * What travels over the pipes between a worker and its sandbox, and its encoding. Knows neither the
 * engine nor Kafka.
 */
@NullMarked
package dev.paddock.sandbox.wire;

import org.jspecify.annotations.NullMarked;
