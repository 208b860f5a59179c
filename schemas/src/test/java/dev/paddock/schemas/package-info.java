@NullMarked
package dev.paddock.schemas;

import org.jspecify.annotations.NullMarked;
