/** Tests of what the user sees. */
@NullMarked
package dev.paddock.worker.cli.terminal;

import org.jspecify.annotations.NullMarked;
