package dev.paddock.worker.pipeline;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.util.Collection;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericContainer;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/**
 * What a script sees of an Avro value. Nothing is lost: a long beyond what a JavaScript number
 * holds is a text of digits, bytes and fixed are base64, a decimal is a text; dates, times and
 * timestamps are texts as in ISO 8601; of a union there is the value alone. {@link JsonToAvro} goes
 * the other way. Writers' schemas, too, may be anybody's, so depth is bounded here and length by
 * the generator.
 */
final class AvroToJson {

  /** As deep as the parser of inputs goes. */
  private static final int DEEPEST = 1000;

  /** Number.MAX_SAFE_INTEGER of JavaScript. */
  private static final long LARGEST_SAFE = (1L << 53) - 1;

  private final JsonGenerator json;
  private int depth;

  AvroToJson(JsonGenerator json) {
    this.json = json;
  }

  /**
   * Writes what a deserializer gave.
   *
   * @throws UnreadableException where that is no Avro record or simple value, or not to be told in
   *     JSON
   */
  void write(@Nullable Object value) throws IOException {
    try {
      write(schemaOf(value), value);
    } catch (DateTimeException | ArithmeticException | AvroRuntimeException e) {
      throw new UnreadableException("The record has a value out of bounds: " + e.getMessage());
    }
  }

  private static Schema schemaOf(@Nullable Object value) {
    return switch (value) {
      case null -> Schema.create(Schema.Type.NULL);
      case GenericContainer container -> container.getSchema();
      case CharSequence _ -> Schema.create(Schema.Type.STRING);
      case Integer _ -> Schema.create(Schema.Type.INT);
      case Long _ -> Schema.create(Schema.Type.LONG);
      case Float _ -> Schema.create(Schema.Type.FLOAT);
      case Double _ -> Schema.create(Schema.Type.DOUBLE);
      case Boolean _ -> Schema.create(Schema.Type.BOOLEAN);
      case ByteBuffer _ -> Schema.create(Schema.Type.BYTES);
      default ->
          throw new UnreadableException(
              "The record's value is a "
                  + value.getClass().getName()
                  + "; it must be an Avro record, or a simple value");
    };
  }

  private void write(Schema schema, @Nullable Object value) throws IOException {
    if (value == null) {
      json.writeNull();
      return;
    }
    String logical = LogicalValues.textOf(schema, value);
    if (logical != null) {
      json.writeString(logical);
      return;
    }
    switch (schema.getType()) {
      case NULL -> json.writeNull();
      case BOOLEAN -> json.writeBoolean((Boolean) value);
      case INT -> json.writeNumber((Integer) value);
      case LONG -> writeLong((Long) value);
      case FLOAT -> json.writeNumber((Float) value);
      case DOUBLE -> json.writeNumber((Double) value);
      case STRING, ENUM -> json.writeString(value.toString());
      case BYTES -> writeBytes(LogicalValues.bytesOf((ByteBuffer) value));
      case FIXED -> writeBytes(((GenericFixed) value).bytes());
      case UNION ->
          write(schema.getTypes().get(GenericData.get().resolveUnion(schema, value)), value);
      case RECORD, ARRAY, MAP -> writeDeeper(schema, value);
    }
  }

  private void writeLong(long value) throws IOException {
    if (Math.abs(value) <= LARGEST_SAFE && value != Long.MIN_VALUE) {
      json.writeNumber(value);
    } else {
      json.writeString(Long.toString(value));
    }
  }

  private void writeBytes(byte[] bytes) throws IOException {
    json.writeBinary(Base64Variants.MIME_NO_LINEFEEDS, bytes, 0, bytes.length);
  }

  private void writeDeeper(Schema schema, Object value) throws IOException {
    if (++depth > DEEPEST) {
      throw new UnreadableException("The record is nested more than " + DEEPEST + " deep");
    }
    switch (schema.getType()) {
      case RECORD -> {
        IndexedRecord record = (IndexedRecord) value;
        json.writeStartObject();
        for (Schema.Field field : schema.getFields()) {
          json.writeFieldName(field.name());
          write(field.schema(), record.get(field.pos()));
        }
        json.writeEndObject();
      }
      case ARRAY -> {
        json.writeStartArray();
        for (Object item : (Collection<?>) value) {
          write(schema.getElementType(), item);
        }
        json.writeEndArray();
      }
      default -> {
        json.writeStartObject();
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
          json.writeFieldName(String.valueOf(entry.getKey()));
          write(schema.getValueType(), entry.getValue());
        }
        json.writeEndObject();
      }
    }
    depth--;
  }
}
