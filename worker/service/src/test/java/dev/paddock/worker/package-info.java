@NullMarked
package dev.paddock.worker;

import org.jspecify.annotations.NullMarked;
