package dev.paddock.worker.pipeline;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.jspecify.annotations.Nullable;

/** Avro's logical types as texts and back. Those that are not here are what they stand on. */
final class LogicalValues {

  /** More digits than anybody counts with, and few enough to be counted in no time. */
  private static final int LARGEST_DECIMAL_BYTES = 1024;

  private static final int LARGEST_SCALE = 2048;

  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long NANOS_PER_MICRO = 1000;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private LogicalValues() {}

  /** Whether a schema's values are texts because of its logical type. */
  static boolean isText(Schema schema) {
    return switch (schema.getLogicalType()) {
      case null -> false;
      case LogicalTypes.Decimal _, LogicalTypes.Date _ -> true;
      case LogicalTypes.TimeMillis _, LogicalTypes.TimeMicros _ -> true;
      case LogicalType type ->
          perSecond(type) > 0
              || (type instanceof LogicalTypes.Uuid && schema.getType() == Schema.Type.FIXED);
    };
  }

  /**
   * The text of a value, or null where the logical type says nothing.
   *
   * @throws DateTimeException where the value is out of bounds
   */
  static @Nullable String textOf(Schema schema, Object value) {
    if (!isText(schema)) {
      return null;
    }
    return switch (schema.getLogicalType()) {
      case LogicalTypes.Decimal decimal -> textOf(decimal, bytesOf(value));
      case LogicalTypes.Date _ -> LocalDate.ofEpochDay((Integer) value).toString();
      case LogicalTypes.TimeMillis _ -> timeOf((Integer) value * NANOS_PER_MILLI);
      case LogicalTypes.TimeMicros _ -> timeOf(Math.multiplyExact((Long) value, NANOS_PER_MICRO));
      case LogicalTypes.Uuid _ -> {
        ByteBuffer bytes = ByteBuffer.wrap(bytesOf(value));
        yield new UUID(bytes.getLong(), bytes.getLong()).toString();
      }
      case LogicalType type -> {
        long count = (Long) value;
        long per = perSecond(type);
        Instant instant =
            Instant.ofEpochSecond(
                Math.floorDiv(count, per), Math.floorMod(count, per) * (NANOS_PER_SECOND / per));
        yield isLocal(type)
            ? DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(instant.atOffset(ZoneOffset.UTC))
            : instant.toString();
      }
    };
  }

  /**
   * An int or long of a text.
   *
   * @throws DateTimeException where the text has not the form, or says more than the type holds
   * @throws ArithmeticException where it is out of bounds
   */
  static long numberOf(LogicalType type, String text) {
    return switch (type) {
      case LogicalTypes.Date _ -> Math.toIntExact(LocalDate.parse(text).toEpochDay());
      case LogicalTypes.TimeMillis _ -> whole(LocalTime.parse(text).toNanoOfDay(), NANOS_PER_MILLI);
      case LogicalTypes.TimeMicros _ -> whole(LocalTime.parse(text).toNanoOfDay(), NANOS_PER_MICRO);
      default -> {
        Instant instant =
            isLocal(type)
                ? LocalDateTime.parse(text).toInstant(ZoneOffset.UTC)
                : OffsetDateTime.parse(text).toInstant();
        long per = perSecond(type);
        yield Math.addExact(
            Math.multiplyExact(instant.getEpochSecond(), per),
            whole(instant.getNano(), NANOS_PER_SECOND / per));
      }
    };
  }

  /** What {@link #numberOf} takes, to follow "must be". */
  static String form(LogicalType type) {
    return switch (type) {
      case LogicalTypes.Decimal decimal ->
          "a decimal such as \"12.34\" of up to %d digits, %d of them behind the point"
              .formatted(decimal.getPrecision(), decimal.getScale());
      case LogicalTypes.Date _ -> "a date such as \"2026-11-25\"";
      case LogicalTypes.TimeMillis _, LogicalTypes.TimeMicros _ -> "a time such as \"10:15:30.5\"";
      case LogicalTypes.Uuid _ -> "a UUID";
      default ->
          isLocal(type)
              ? "a local time such as \"2026-11-25T10:15:30.5\", with at most %d digits of a second"
                  .formatted(digits(type))
              : "a timestamp such as \"2026-11-25T10:15:30.5Z\", with at most %d digits of a second"
                  .formatted(digits(type));
    };
  }

  /**
   * The unscaled bytes of a decimal.
   *
   * @throws ArithmeticException where it has more digits than the type
   */
  static byte[] bytesOf(LogicalTypes.Decimal type, BigDecimal value) {
    BigDecimal shortest = value.stripTrailingZeros();
    long digitsBefore = (long) shortest.precision() - shortest.scale();
    if (shortest.signum() != 0
        && (shortest.scale() > type.getScale()
            || digitsBefore > (long) type.getPrecision() - type.getScale())) {
      throw new ArithmeticException("more digits than the type has");
    }
    return shortest.setScale(type.getScale()).unscaledValue().toByteArray();
  }

  /** The bytes of a bytes or fixed value. */
  static byte[] bytesOf(Object value) {
    if (value instanceof GenericFixed fixed) {
      return fixed.bytes();
    }
    ByteBuffer buffer = ((ByteBuffer) value).duplicate();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static String textOf(LogicalTypes.Decimal type, byte[] bytes) {
    if (bytes.length == 0
        || bytes.length > LARGEST_DECIMAL_BYTES
        || type.getScale() > LARGEST_SCALE) {
      throw new ArithmeticException(
          "a decimal of %d bytes and scale %d; from 1 to %d bytes and a scale up to %d can be read"
              .formatted(bytes.length, type.getScale(), LARGEST_DECIMAL_BYTES, LARGEST_SCALE));
    }
    return new BigDecimal(new BigInteger(bytes), type.getScale()).toPlainString();
  }

  private static String timeOf(long nanoOfDay) {
    return DateTimeFormatter.ISO_LOCAL_TIME.format(LocalTime.ofNanoOfDay(nanoOfDay));
  }

  private static long whole(long nanos, long unit) {
    if (nanos % unit != 0) {
      throw new DateTimeException("more digits of a second than the type has");
    }
    return nanos / unit;
  }

  private static int digits(LogicalType type) {
    return Long.toString(perSecond(type)).length() - 1;
  }

  private static boolean isLocal(LogicalType type) {
    return type.getName().startsWith("local-");
  }

  /** How many units of a timestamp a second has; 0 where it is none. */
  private static long perSecond(LogicalType type) {
    return switch (type) {
      case LogicalTypes.TimestampMillis _, LogicalTypes.LocalTimestampMillis _ -> 1000;
      case LogicalTypes.TimestampMicros _, LogicalTypes.LocalTimestampMicros _ -> 1_000_000;
      case LogicalTypes.TimestampNanos _, LogicalTypes.LocalTimestampNanos _ -> NANOS_PER_SECOND;
      default -> 0;
    };
  }
}
