/** Measures a run and stops it at its quotas. Knows a context only as something to cancel. */
@NullMarked
package dev.paddock.sandbox.quota;

import org.jspecify.annotations.NullMarked;
