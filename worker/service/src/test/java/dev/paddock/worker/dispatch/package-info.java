@NullMarked
package dev.paddock.worker.dispatch;

import org.jspecify.annotations.NullMarked;
