/** What an operator's tools ask a worker: whether it lives, and whether it can work. */
@NullMarked
package dev.paddock.worker.observe;

import org.jspecify.annotations.NullMarked;
