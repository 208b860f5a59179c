package dev.paddock.worker.pipeline;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.paddock.worker.JsonText;
import dev.paddock.worker.Utf8;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.RegistryTrouble;
import java.io.IOException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Shows records to a person, as scripts would see them: a line of JSON with key, value and, where
 * there are any, headers. Used by one thread.
 */
public final class RecordLine implements AutoCloseable {

  private static final int LONGEST = 64 << 20;

  private final InputFormat avro;

  /** Asks the configured schema registry what Avro is. */
  public RecordLine(Configuration configuration) {
    avro = Formats.avro(configuration);
  }

  /**
   * The line, without an end.
   *
   * @throws RuntimeException where the registry cannot be used, as {@link RegistryTrouble#isReason}
   *     tells
   */
  public String of(ConsumerRecord<byte[], byte[]> record) {
    String decoded = decoded(record);
    return BoundedText.of(
        LONGEST,
        json -> {
          json.writeStartObject();
          json.writeFieldName("key");
          EventContext.writeBytes(json, record.key());
          if (record.headers().iterator().hasNext()) {
            EventContext.writeHeaders(json, record);
          }
          json.writeFieldName("value");
          writeValue(json, record.value(), decoded);
          json.writeEndObject();
        });
  }

  @Override
  public void close() {
    avro.close();
  }

  /** What Avro the value is, as JSON text; null where it is none. */
  private @Nullable String decoded(ConsumerRecord<byte[], byte[]> record) {
    byte[] value = record.value();
    if (value == null || value.length == 0 || value[0] != 0) {
      return null;
    }
    try {
      return avro.toJson(record, LONGEST);
    } catch (RuntimeException e) {
      if (RegistryTrouble.isReason(e)) {
        throw e;
      }
      return null;
    }
  }

  private static void writeValue(
      JsonGenerator json, byte @Nullable [] value, @Nullable String decoded) throws IOException {
    String text = value == null || decoded != null ? decoded : Utf8.textOf(value);
    if (text != null && JsonText.problem(text) == null) {
      // Lines end outside of JSON's texts only.
      json.writeRawValue(text.replace('\n', ' ').replace('\r', ' '));
    } else {
      EventContext.writeBytes(json, value);
    }
  }
}
