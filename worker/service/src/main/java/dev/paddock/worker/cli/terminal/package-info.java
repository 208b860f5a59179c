/** What people see: styles, progress, tables. Knows nothing of what is shown. */
@NullMarked
package dev.paddock.worker.cli.terminal;

import org.jspecify.annotations.NullMarked;
