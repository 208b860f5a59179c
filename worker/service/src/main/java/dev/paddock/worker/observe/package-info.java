/** What an operator's tools learn from a worker: how it is, and what became of executions. */
@NullMarked
package dev.paddock.worker.observe;

import org.jspecify.annotations.NullMarked;
