/**
 * How a sandbox process is started: its JVM's options, its class path, and the cache that makes the
 * start short. For the worker and the build; knows no guest.
 */
@NullMarked
package dev.paddock.sandbox.launch;

import org.jspecify.annotations.NullMarked;
