/** The demo: what it runs over which data, and the table that it shows in the end. */
@NullMarked
package dev.paddock.worker.cli.demo;

import org.jspecify.annotations.NullMarked;
