/**
 * Measures sandboxes on the machine at hand. Every figure is taken beside what it is compared with,
 * in one run and in turns, because machines drift.
 */
@NullMarked
package dev.paddock.loadtest;

import org.jspecify.annotations.NullMarked;
