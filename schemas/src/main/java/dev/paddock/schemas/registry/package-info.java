/** A client for schema registries that speak Confluent's REST API. Knows nothing of records. */
@NullMarked
package dev.paddock.schemas.registry;

import org.jspecify.annotations.NullMarked;
