/**
 * Decides what runs next, fair to tenants and in order where asked, and turns a request into a task
 * for the pool, and the pool's verdict into an outcome. Knows neither consumers nor producers.
 */
@NullMarked
package dev.paddock.worker.dispatch;

import org.jspecify.annotations.NullMarked;
