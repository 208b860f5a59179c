/**
 * What travels through a worker, immutable, and what all stops need to tell of a text. Known to
 * every package on the way.
 */
@NullMarked
package dev.paddock.worker;

import org.jspecify.annotations.NullMarked;
