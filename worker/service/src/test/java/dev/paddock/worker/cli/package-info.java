/** Tests of the command line, with real processes, broker and registry. */
@NullMarked
package dev.paddock.worker.cli;

import org.jspecify.annotations.NullMarked;
