package dev.paddock.worker.pipeline;

import org.jspecify.annotations.Nullable;

/** Avro values as scripts see them, for whoever has them from elsewhere than a topic. */
public final class AvroText {

  private AvroText() {}

  /**
   * A value as JSON text.
   *
   * @param value a generic record or a simple value, without conversions of logical types
   * @param maxLength of the text, in UTF-16 units
   * @throws UnreadableException where it cannot be told in JSON, or not in that length
   */
  public static String of(@Nullable Object value, int maxLength) {
    try {
      return BoundedText.of(maxLength, json -> new AvroToJson(json).write(value));
    } catch (BoundedText.TooLongException e) {
      throw new UnreadableException(
          "it has more than %d characters as JSON; that many are allowed".formatted(maxLength));
    }
  }
}
