package dev.paddock.schemas.serde;

import java.util.IdentityHashMap;
import org.apache.avro.Schema;

/**
 * Refuses writers' schemas with which a few bytes of payload make much work. Records may have no
 * bytes: with A0 = {}, A1 = {A0, A0}, A2 = {A1, A1} and so on, a payload of nothing is 2^40
 * objects.
 */
final class SchemaBounds {

  /** Avro's own ways through a schema are recursive. */
  private static final int DEEPEST = 200;

  /** Avro makes room for a fixed before it reads it, as much as the writer's schema says. */
  private static final int LARGEST_FIXED_BYTES = 1 << 20;

  /** Values that a value may consist of without a byte for any, besides those per byte. */
  private static final long VALUES_FOR_NOTHING = 16;

  private static final long VALUES_PER_BYTE = 8;

  /** More is all the same, and must not overflow when it is multiplied. */
  private static final long MANY = 1L << 40;

  /**
   * What one value of a schema comes to before the next union or collection.
   *
   * @param values how many values it consists of at most, itself included
   * @param bytes how many bytes it takes at least
   */
  private record Cost(long values, long bytes) {

    private static final Cost ONE_BYTE = new Cost(1, 1);

    Cost plus(Cost other) {
      return new Cost(Math.min(MANY, values + other.values), Math.min(MANY, bytes + other.bytes));
    }
  }

  private final IdentityHashMap<Schema, Cost> costs = new IdentityHashMap<>();
  private int depth;

  /**
   * @throws MalformedPayloadException where nothing written with the schema is to be read
   */
  void check(Schema schema) {
    cost(schema);
  }

  private Cost cost(Schema schema) {
    Cost known = costs.get(schema);
    if (known != null) {
      return known;
    }
    if (++depth > DEEPEST) {
      throw new MalformedPayloadException(
          "Its schema is nested more than " + DEEPEST + " deep, too deeply to be read");
    }
    // What contains itself does so in a union or a collection, which takes a byte each time.
    costs.put(schema, Cost.ONE_BYTE);
    Cost cost =
        switch (schema.getType()) {
          case NULL -> new Cost(1, 0);
          case FIXED -> fixed(schema);
          case RECORD ->
              schema.getFields().stream()
                  .map(field -> cost(field.schema()))
                  .reduce(new Cost(1, 0), Cost::plus);
          case UNION -> {
            schema.getTypes().forEach(this::cost);
            yield Cost.ONE_BYTE;
          }
          case ARRAY -> {
            cost(schema.getElementType());
            yield Cost.ONE_BYTE;
          }
          case MAP -> {
            cost(schema.getValueType());
            yield Cost.ONE_BYTE;
          }
          case ENUM, STRING, BYTES, INT, LONG, FLOAT, DOUBLE, BOOLEAN -> Cost.ONE_BYTE;
        };
    if (cost.values() > VALUES_FOR_NOTHING + VALUES_PER_BYTE * cost.bytes()) {
      throw new MalformedPayloadException(
          "Its schema has a %s of %d values in %d bytes, too many to be read"
              .formatted(schema.getFullName(), cost.values(), cost.bytes()));
    }
    costs.put(schema, cost);
    depth--;
    return cost;
  }

  private static Cost fixed(Schema schema) {
    int size = schema.getFixedSize();
    if (size > LARGEST_FIXED_BYTES) {
      throw new MalformedPayloadException(
          "Its schema has a fixed of %d bytes, %s; at most %d are read"
              .formatted(size, schema.getFullName(), LARGEST_FIXED_BYTES));
    }
    return new Cost(1, size);
  }
}
