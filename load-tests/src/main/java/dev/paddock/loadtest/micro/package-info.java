/**
 * Micro-benchmarks of the parts that every execution passes through. Each uses the real classes
 * through what is public of them; JMH runs them, in processes of its own.
 */
@NullMarked
package dev.paddock.loadtest.micro;

import org.jspecify.annotations.NullMarked;
