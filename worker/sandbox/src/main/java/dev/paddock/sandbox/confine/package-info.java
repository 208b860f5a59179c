/** What the sandbox process asks of the operating system about itself. Knows no guest. */
@NullMarked
package dev.paddock.sandbox.confine;

import org.jspecify.annotations.NullMarked;
