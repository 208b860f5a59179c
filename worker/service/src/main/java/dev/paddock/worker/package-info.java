/** What travels through a worker: immutable, and known to every package on the way. */
@NullMarked
package dev.paddock.worker;

import org.jspecify.annotations.NullMarked;
