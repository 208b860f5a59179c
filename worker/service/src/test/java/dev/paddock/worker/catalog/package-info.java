/** Tests of the catalog without a broker. */
@NullMarked
package dev.paddock.worker.catalog;

import org.jspecify.annotations.NullMarked;
