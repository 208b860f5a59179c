@NullMarked
package dev.paddock.sandbox;

import org.jspecify.annotations.NullMarked;
