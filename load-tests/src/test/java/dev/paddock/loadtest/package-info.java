@NullMarked
package dev.paddock.loadtest;

import org.jspecify.annotations.NullMarked;
