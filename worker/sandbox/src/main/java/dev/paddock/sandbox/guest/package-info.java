/** Runs guest code: contexts, what the guest finds in them, and what comes out. Knows no pipe. */
@NullMarked
package dev.paddock.sandbox.guest;

import org.jspecify.annotations.NullMarked;
