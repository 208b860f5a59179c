/**
 * The command line: reads arguments, starts what they ask for, and shows what comes of it. Nothing
 * else in the worker prints to the terminal.
 */
@NullMarked
package dev.paddock.worker.cli;

import org.jspecify.annotations.NullMarked;
