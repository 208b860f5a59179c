/** How a configuration is read and refused. */
@NullMarked
package dev.paddock.worker.config;

import org.jspecify.annotations.NullMarked;
