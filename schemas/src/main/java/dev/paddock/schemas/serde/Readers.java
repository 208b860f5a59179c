package dev.paddock.schemas.serde;

import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.FastReaderBuilder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Utils;

/**
 * Makes readers for writers' schemas, which anybody may have written. A reader is complete when it
 * is made, and so for any thread.
 */
final class Readers {

  /** Avro makes room for a fixed before it reads it, as much as the writer's schema says. */
  private static final int LARGEST_FIXED_BYTES = 1 << 20;

  private Readers() {}

  /**
   * A reader into generic records.
   *
   * @throws MalformedPayloadException where the schema is not to be read
   */
  static DatumReader<Object> generic(Schema writer) {
    refuseLargeFixed(writer, Collections.newSetFromMap(new IdentityHashMap<>()));
    try {
      return new FastReaderBuilder(GenericData.get()).createDatumReader(writer);
    } catch (IOException | AvroRuntimeException e) {
      throw unreadable(writer, e);
    }
  }

  /**
   * A reader into the generated class of the writer's name, by that class's schema.
   *
   * @throws MalformedPayloadException where there is no such class, or its schema cannot read this
   */
  static DatumReader<Object> specific(Schema writer) {
    Class<?> type = generatedClass(writer);
    try {
      SpecificData data = SpecificData.getForClass(type);
      return new FastReaderBuilder(data).createDatumReader(writer, data.getSchema(type));
    } catch (IOException | AvroRuntimeException | SecurityException e) {
      throw unreadable(writer, e);
    }
  }

  /** Without running any of its code before it is known to be generated: the writer names it. */
  private static Class<?> generatedClass(Schema writer) {
    try {
      Class<?> type =
          Class.forName(writer.getFullName(), false, Utils.getContextOrKafkaClassLoader());
      if (SpecificRecord.class.isAssignableFrom(type)) {
        return type;
      }
    } catch (ClassNotFoundException | LinkageError e) {
      // Either way there is none.
    }
    throw new MalformedPayloadException(
        "It is a "
            + writer.getFullName()
            + ", for which there is no generated class; write one there is one for, or set"
            + " specific.avro.reader=false");
  }

  private static void refuseLargeFixed(Schema schema, Set<Schema> seen) {
    if (!seen.add(schema)) {
      return;
    }
    switch (schema.getType()) {
      case FIXED -> {
        if (schema.getFixedSize() > LARGEST_FIXED_BYTES) {
          throw new MalformedPayloadException(
              "Its schema has a fixed of "
                  + schema.getFixedSize()
                  + " bytes, "
                  + schema.getFullName()
                  + "; at most "
                  + LARGEST_FIXED_BYTES
                  + " are read");
        }
      }
      case RECORD -> schema.getFields().forEach(field -> refuseLargeFixed(field.schema(), seen));
      case UNION -> schema.getTypes().forEach(branch -> refuseLargeFixed(branch, seen));
      case ARRAY -> refuseLargeFixed(schema.getElementType(), seen);
      case MAP -> refuseLargeFixed(schema.getValueType(), seen);
      case ENUM, STRING, BYTES, INT, LONG, FLOAT, DOUBLE, BOOLEAN, NULL -> {
        // As large as what is there to read.
      }
    }
  }

  private static MalformedPayloadException unreadable(Schema writer, Exception e) {
    return new MalformedPayloadException(
        "It is a " + writer.getFullName() + " of a version that cannot be read: " + e.getMessage(),
        e);
  }
}
