/** Tests of the archive that a release is. */
@NullMarked
package dev.paddock.distribution;

import org.jspecify.annotations.NullMarked;
