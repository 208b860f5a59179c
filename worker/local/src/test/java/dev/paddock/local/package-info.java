@NullMarked
package dev.paddock.local;

import org.jspecify.annotations.NullMarked;
