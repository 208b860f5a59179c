/**
 * Runs requests again that workers have answered, and compares. Reads topics and writes to none,
 * and knows nothing of the terminal.
 */
@NullMarked
package dev.paddock.worker.cli.replay;

import org.jspecify.annotations.NullMarked;
