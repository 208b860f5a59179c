/** Puts a worker together from its parts, and makes and checks the topics it needs. */
@NullMarked
package dev.paddock.worker.app;

import org.jspecify.annotations.NullMarked;
