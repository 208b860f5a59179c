/** What pipelines make of records and of outputs. */
@NullMarked
package dev.paddock.worker.pipeline;

import org.jspecify.annotations.NullMarked;
