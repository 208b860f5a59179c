package dev.paddock.schemas.serde;

import java.io.IOException;
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

  private Readers() {}

  /**
   * A reader for what was written with a schema.
   *
   * @param specific whether to read records into the generated class of the writer's name, by that
   *     class's schema
   * @throws MalformedPayloadException where the schema is not to be read, there is no such class,
   *     or its schema cannot read this
   */
  static DatumReader<Object> reader(Schema writer, boolean specific) {
    try {
      new SchemaBounds().check(writer);
      return specific && writer.getType() == Schema.Type.RECORD
          ? specific(writer)
          : new FastReaderBuilder(GenericData.get()).createDatumReader(writer);
    } catch (IOException | AvroRuntimeException | SecurityException e) {
      throw new MalformedPayloadException(
          "It is a %s of a version that cannot be read: %s"
              .formatted(writer.getFullName(), e.getMessage()),
          e);
    }
  }

  private static DatumReader<Object> specific(Schema writer) throws IOException {
    Class<?> type = generatedClass(writer);
    SpecificData data = SpecificData.getForClass(type);
    return new FastReaderBuilder(data).createDatumReader(writer, data.getSchema(type));
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
}
