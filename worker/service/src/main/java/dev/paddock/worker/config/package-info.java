/**
 * A worker's configuration: read once from file, environment and command line, checked, and handed
 * on as immutable values. Nothing else reads the environment. Knows no other part of the worker.
 */
@NullMarked
package dev.paddock.worker.config;

import org.jspecify.annotations.NullMarked;
