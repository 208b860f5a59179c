package dev.paddock.schemas.registry;

import org.apache.avro.Schema;

/**
 * A version of a subject.
 *
 * @param subject for example {@code paddock.results-value}
 * @param version from 1
 * @param id the registry's id for the schema
 * @param schema the schema
 */
public record RegisteredSchema(String subject, int version, int id, Schema schema) {}
