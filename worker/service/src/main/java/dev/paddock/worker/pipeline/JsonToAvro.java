package dev.paddock.worker.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Writes a JSON value as Avro binary, as {@link AvroToJson} shows it. Besides, a number will do for
 * a decimal or, in the schema's unit, for a date, time or timestamp; a text of digits for a long;
 * {@code "NaN"}, {@code "Infinity"} and {@code "-Infinity"} for a float or double. A field that is
 * missing takes its default; one that the schema does not have is refused. Of a union, the first
 * member that the value fits is taken; those for which the JSON type is the usual one come first.
 *
 * <p>The value is a script's. Its depth is bounded by whoever has parsed it, and the ways that are
 * tried through unions are bounded here.
 */
final class JsonToAvro {

  private static final Pattern DIGITS = Pattern.compile("-?\\d{1,19}");

  /** A decimal's text that is not worth reading. */
  private static final int LONGEST_DECIMAL = 2048;

  private static final int SHOWN_LENGTH = 60;

  /** Values that may be looked at, besides those per byte of the value's text. */
  private static final long STEPS = 10_000;

  private static final long STEPS_PER_BYTE = 20;

  /** Can forget what was written last. */
  private static final class Page extends ByteArrayOutputStream {

    Page(int size) {
      super(size);
    }

    void truncate(int size) {
      count = size;
    }
  }

  private final Page page;
  private final BinaryEncoder encoder;
  private long stepsLeft;

  private JsonToAvro(int textLength) {
    page = new Page(Math.max(64, textLength));
    encoder = EncoderFactory.get().directBinaryEncoder(page, null);
    stepsLeft = STEPS + STEPS_PER_BYTE * textLength;
  }

  /**
   * Writes a value.
   *
   * @param textLength of the JSON text that it was parsed from
   * @return Avro binary, without a header
   * @throws MisfitException where the value does not fit the schema
   */
  static byte[] write(Schema schema, JsonNode value, int textLength) throws MisfitException {
    JsonToAvro writer = new JsonToAvro(textLength);
    try {
      writer.write(schema, value, AvroPath.ROOT);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // into memory
    }
    return writer.page.toByteArray();
  }

  private void write(Schema schema, JsonNode value, AvroPath path)
      throws IOException, MisfitException {
    if (--stepsLeft < 0) {
      throw new MisfitException(path, "too many ways through the schema's unions were tried");
    }
    if (LogicalValues.isText(schema)) {
      writeLogical(schema, value, path);
      return;
    }
    switch (schema.getType()) {
      case NULL -> require(value.isNull(), schema, value, path);
      case BOOLEAN -> {
        require(value.isBoolean(), schema, value, path);
        encoder.writeBoolean(value.booleanValue());
      }
      case INT -> encoder.writeInt((int) whole(schema, value, path));
      case LONG -> encoder.writeLong(whole(schema, value, path));
      case FLOAT -> {
        float number = (float) fraction(schema, value, path);
        require(Float.isFinite(number) || value.isTextual(), schema, value, path);
        encoder.writeFloat(number);
      }
      case DOUBLE -> encoder.writeDouble(fraction(schema, value, path));
      case STRING -> {
        require(value.isTextual(), schema, value, path);
        encoder.writeString(value.textValue());
      }
      case ENUM -> {
        require(value.isTextual() && schema.hasEnumSymbol(value.textValue()), schema, value, path);
        encoder.writeEnum(schema.getEnumOrdinal(value.textValue()));
      }
      case BYTES -> encoder.writeBytes(bytes(schema, value, path));
      case FIXED -> {
        byte[] bytes = bytes(schema, value, path);
        require(bytes.length == schema.getFixedSize(), schema, value, path);
        encoder.writeFixed(bytes);
      }
      case ARRAY -> writeArray(schema, value, path);
      case MAP -> writeMap(schema, value, path);
      case RECORD -> writeRecord(schema, value, path);
      case UNION -> writeUnion(schema, value, path);
    }
  }

  private void writeArray(Schema schema, JsonNode value, AvroPath path)
      throws IOException, MisfitException {
    require(value.isArray(), schema, value, path);
    encoder.writeArrayStart();
    encoder.setItemCount(value.size());
    int index = 0;
    for (JsonNode item : value) {
      encoder.startItem();
      write(schema.getElementType(), item, path.index(index++));
    }
    encoder.writeArrayEnd();
  }

  private void writeMap(Schema schema, JsonNode value, AvroPath path)
      throws IOException, MisfitException {
    require(value.isObject(), schema, value, path);
    encoder.writeMapStart();
    encoder.setItemCount(value.size());
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      encoder.startItem();
      encoder.writeString(entry.getKey());
      write(schema.getValueType(), entry.getValue(), path.field(entry.getKey()));
    }
    encoder.writeMapEnd();
  }

  private void writeRecord(Schema schema, JsonNode value, AvroPath path)
      throws IOException, MisfitException {
    require(value.isObject(), schema, value, path);
    int found = 0;
    for (Schema.Field field : schema.getFields()) {
      JsonNode member = value.get(field.name());
      if (member != null) {
        found++;
        write(field.schema(), member, path.field(field.name()));
      } else {
        writeDefault(schema, field, path);
      }
    }
    if (found < value.size()) {
      for (Map.Entry<String, JsonNode> member : value.properties()) {
        if (schema.getField(member.getKey()) == null) {
          throw new MisfitException(
              path.field(shortened(member.getKey())),
              "is no field of %s; it has %s"
                  .formatted(
                      schema.getFullName(),
                      schema.getFields().stream()
                          .map(Schema.Field::name)
                          .limit(50)
                          .collect(Collectors.joining(", "))));
        }
      }
    }
  }

  private void writeDefault(Schema schema, Schema.Field field, AvroPath path)
      throws IOException, MisfitException {
    if (!field.hasDefaultValue()) {
      throw new MisfitException(
          path.field(field.name()),
          "is missing; it must be %s, since %s has no default for it"
              .formatted(wanted(field.schema()), schema.getFullName()));
    }
    try {
      Object standard = GenericData.get().getDefaultValue(field);
      new GenericDatumWriter<>(field.schema()).write(standard, encoder);
    } catch (AvroRuntimeException | ClassCastException e) {
      throw new MisfitException(
          path.field(field.name()),
          "is missing, and the default in %s cannot be used: %s"
              .formatted(schema.getFullName(), e.getMessage()));
    }
  }

  private void writeUnion(Schema schema, JsonNode value, AvroPath path)
      throws IOException, MisfitException {
    List<Integer> candidates = new ArrayList<>();
    List<Integer> unusual = new ArrayList<>();
    for (int i = 0; i < schema.getTypes().size(); i++) {
      Schema member = schema.getTypes().get(i);
      if (isUsual(member, value)) {
        candidates.add(i);
      } else if (isPossible(member, value)) {
        unusual.add(i);
      }
    }
    candidates.addAll(unusual);
    int start = page.size();
    MisfitException first = null;
    for (int candidate : candidates) {
      try {
        encoder.writeIndex(candidate);
        write(schema.getTypes().get(candidate), value, path);
        return;
      } catch (MisfitException e) {
        if (stepsLeft < 0) {
          throw e;
        }
        page.truncate(start);
        first = first == null ? e : first;
      }
    }
    throw first == null ? misfit(schema, value, path) : first;
  }

  /** Whether values of a schema are written as JSON of this type. */
  private static boolean isUsual(Schema schema, JsonNode value) {
    if (LogicalValues.isText(schema)) {
      return value.isTextual();
    }
    return switch (schema.getType()) {
      case NULL -> value.isNull();
      case BOOLEAN -> value.isBoolean();
      case INT, LONG, FLOAT, DOUBLE -> value.isNumber();
      case STRING, ENUM, BYTES, FIXED -> value.isTextual();
      case ARRAY -> value.isArray();
      case MAP, RECORD -> value.isObject();
      case UNION -> true;
    };
  }

  /** Whether that would do, too. */
  private static boolean isPossible(Schema schema, JsonNode value) {
    return LogicalValues.isText(schema)
        ? value.isNumber()
        : switch (schema.getType()) {
          case LONG, FLOAT, DOUBLE -> value.isTextual();
          default -> false;
        };
  }

  private void writeLogical(Schema schema, JsonNode value, AvroPath path)
      throws IOException, MisfitException {
    LogicalType type = schema.getLogicalType();
    try {
      switch (type) {
        case LogicalTypes.Decimal decimal ->
            writeDecimal(schema, LogicalValues.bytesOf(decimal, decimal(value)));
        case LogicalTypes.Uuid _ -> {
          UUID uuid = UUID.fromString(value.asText());
          require(uuid.toString().equalsIgnoreCase(value.asText()), schema, value, path);
          encoder.writeFixed(
              ByteBuffer.allocate(16)
                  .putLong(uuid.getMostSignificantBits())
                  .putLong(uuid.getLeastSignificantBits())
                  .array());
        }
        default -> {
          long number =
              value.isTextual()
                  ? LogicalValues.numberOf(type, value.textValue())
                  : value.decimalValue().longValueExact();
          require(value.isTextual() || value.isNumber(), schema, value, path);
          if (schema.getType() == Schema.Type.INT) {
            encoder.writeInt(Math.toIntExact(number));
          } else {
            encoder.writeLong(number);
          }
        }
      }
    } catch (DateTimeException | ArithmeticException | IllegalArgumentException e) {
      throw misfit(schema, value, path);
    }
  }

  private static BigDecimal decimal(JsonNode value) {
    if (value.isNumber()) {
      return value.decimalValue();
    }
    String text = value.isTextual() ? value.textValue() : "";
    return new BigDecimal(text.length() > LONGEST_DECIMAL ? "" : text);
  }

  /** Of a fixed, all bytes are written: those of the number behind ones of its sign. */
  private void writeDecimal(Schema schema, byte[] unscaled) throws IOException {
    if (schema.getType() == Schema.Type.BYTES) {
      encoder.writeBytes(unscaled);
      return;
    }
    byte[] bytes = new byte[schema.getFixedSize()];
    int room = bytes.length - unscaled.length;
    if (room < 0) {
      throw new ArithmeticException("more bytes than the fixed has");
    }
    Arrays.fill(bytes, 0, room, (byte) (unscaled[0] < 0 ? -1 : 0));
    System.arraycopy(unscaled, 0, bytes, room, unscaled.length);
    encoder.writeFixed(bytes);
  }

  private static long whole(Schema schema, JsonNode value, AvroPath path) throws MisfitException {
    boolean isLong = schema.getType() == Schema.Type.LONG;
    try {
      if (value.isNumber()) {
        long number = value.decimalValue().longValueExact();
        return isLong ? number : Math.toIntExact(number);
      }
      if (isLong && value.isTextual() && DIGITS.matcher(value.textValue()).matches()) {
        return Long.parseLong(value.textValue());
      }
    } catch (ArithmeticException | NumberFormatException e) {
      // said below
    }
    throw misfit(schema, value, path);
  }

  private static double fraction(Schema schema, JsonNode value, AvroPath path)
      throws MisfitException {
    if (value.isNumber()) {
      double number = value.doubleValue();
      require(Double.isFinite(number), schema, value, path);
      return number;
    }
    return switch (value.isTextual() ? value.textValue() : "") {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> throw misfit(schema, value, path);
    };
  }

  private static byte[] bytes(Schema schema, JsonNode value, AvroPath path) throws MisfitException {
    require(value.isTextual(), schema, value, path);
    try {
      return Base64.getDecoder().decode(value.textValue());
    } catch (IllegalArgumentException e) {
      throw misfit(schema, value, path);
    }
  }

  private static void require(boolean fits, Schema schema, JsonNode value, AvroPath path)
      throws MisfitException {
    if (!fits) {
      throw misfit(schema, value, path);
    }
  }

  private static MisfitException misfit(Schema schema, JsonNode value, AvroPath path) {
    return new MisfitException(
        path, "is %s; it must be %s".formatted(shown(value), wanted(schema)));
  }

  private static String shown(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> "an object";
      case ARRAY -> "an array";
      case STRING -> "the text \"" + shortened(value.textValue()) + "\"";
      default -> shortened(value.asText());
    };
  }

  private static String wanted(Schema schema) {
    if (LogicalValues.isText(schema)) {
      return LogicalValues.form(schema.getLogicalType());
    }
    return switch (schema.getType()) {
      case NULL -> "null";
      case BOOLEAN -> "true or false";
      case INT -> "a whole number of 32 bits";
      case LONG -> "a whole number of 64 bits";
      case FLOAT -> "a number within the range of a float";
      case DOUBLE -> "a number";
      case STRING -> "a text";
      case BYTES -> "base64";
      case FIXED -> "base64 of " + schema.getFixedSize() + " bytes";
      case ENUM -> shortened(String.join(" or ", schema.getEnumSymbols()));
      case ARRAY -> "an array";
      case MAP -> "an object";
      case RECORD -> "an object, a " + schema.getFullName();
      case UNION ->
          schema.getTypes().stream()
              .limit(20)
              .map(JsonToAvro::wanted)
              .collect(Collectors.joining(", or "));
    };
  }

  private static String shortened(String text) {
    return text.length() <= SHOWN_LENGTH ? text : text.substring(0, SHOWN_LENGTH) + "…";
  }
}
