/**
 * A Kafka broker and a schema registry as child processes, for the demo, for development and for
 * tests. Children end with their parent, however that ends.
 */
@NullMarked
package dev.paddock.local;

import org.jspecify.annotations.NullMarked;
