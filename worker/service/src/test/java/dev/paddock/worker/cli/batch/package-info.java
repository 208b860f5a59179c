/** Tests of batches. */
@NullMarked
package dev.paddock.worker.cli.batch;

import org.jspecify.annotations.NullMarked;
