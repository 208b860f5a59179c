/**
 * Named scripts: the compacted topic that holds them, what a worker knows of it, and how new
 * versions get there.
 */
@NullMarked
package dev.paddock.worker.catalog;

import org.jspecify.annotations.NullMarked;
