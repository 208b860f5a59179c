/**
 * The broker and the registry that suites of other modules run on: those of this module, or
 * containers. Knows nothing of what is tested.
 */
@NullMarked
package dev.paddock.local.testing;

import org.jspecify.annotations.NullMarked;
