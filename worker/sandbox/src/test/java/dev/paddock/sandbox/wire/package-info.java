@NullMarked
package dev.paddock.sandbox.wire;

import org.jspecify.annotations.NullMarked;
