@NullMarked
package dev.paddock.worker.observe;

import org.jspecify.annotations.NullMarked;
