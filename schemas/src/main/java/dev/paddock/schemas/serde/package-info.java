/**
 * Kafka serializers for Avro with a schema registry: magic byte 0, 4-byte schema id, Avro binary.
 * Configured as Confluent's are, so that either can be named in their place.
 */
@NullMarked
package dev.paddock.schemas.serde;

import org.jspecify.annotations.NullMarked;
