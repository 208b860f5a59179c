/** What is written of an outcome. */
@NullMarked
package dev.paddock.worker.publish;

import org.jspecify.annotations.NullMarked;
