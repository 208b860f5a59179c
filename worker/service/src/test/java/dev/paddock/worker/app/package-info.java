/** Whole workers against a real broker, a real registry and real sandboxes. */
@NullMarked
package dev.paddock.worker.app;

import org.jspecify.annotations.NullMarked;
