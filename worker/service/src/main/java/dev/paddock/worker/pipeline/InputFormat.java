package dev.paddock.worker.pipeline;

import dev.paddock.worker.JsonText;
import dev.paddock.worker.Utf8;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;

/** How a record's value becomes what the script sees. Used by one thread. */
sealed interface InputFormat extends AutoCloseable {

  /**
   * The value as JSON text.
   *
   * @param record one that has a value
   * @param maxLength of the text, in UTF-16 units
   * @throws UnreadableException where the record is at fault
   * @throws BoundedText.TooLongException where the text would be longer
   */
  String toJson(ConsumerRecord<byte[], byte[]> record, int maxLength);

  @Override
  default void close() {}

  /** A JSON text, as it is. */
  record Json() implements InputFormat {

    @Override
    public String toJson(ConsumerRecord<byte[], byte[]> record, int maxLength) {
      String text = textOf(record);
      String problem = JsonText.problem(text);
      if (problem != null) {
        throw new UnreadableException(
            "The record's value is not what the pipeline reads: " + problem);
      }
      return text;
    }
  }

  /** A text. */
  record Plain() implements InputFormat {

    @Override
    public String toJson(ConsumerRecord<byte[], byte[]> record, int maxLength) {
      String text = textOf(record);
      return BoundedText.of(maxLength, json -> json.writeString(text));
    }
  }

  /**
   * Avro by its writer's schema.
   *
   * @param deserializer gives generic records, without conversions of logical types
   */
  record Avro(Deserializer<Object> deserializer) implements InputFormat {

    @Override
    public String toJson(ConsumerRecord<byte[], byte[]> record, int maxLength) {
      Object value = deserializer.deserialize(record.topic(), record.headers(), record.value());
      return BoundedText.of(maxLength, json -> new AvroToJson(json).write(value));
    }

    @Override
    public void close() {
      deserializer.close();
    }
  }

  private static String textOf(ConsumerRecord<byte[], byte[]> record) {
    String text = Utf8.textOf(record.value());
    if (text == null) {
      throw new UnreadableException("The record's value is not UTF-8 text");
    }
    return text;
  }
}
