@NullMarked
package dev.paddock.worker.pool;

import org.jspecify.annotations.NullMarked;
