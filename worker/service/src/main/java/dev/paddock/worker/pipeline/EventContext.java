package dev.paddock.worker.pipeline;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.paddock.worker.Utf8;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * What a script is told of its record besides the value: {@code key}, {@code headers}, {@code
 * topic}, {@code partition}, {@code offset} and {@code timestamp}. Bytes are a text where they are
 * UTF-8, and otherwise {@code {"base64": "..."}}; a header that occurs more than once is an array.
 */
final class EventContext {

  private EventContext() {}

  /**
   * The members as a JSON object.
   *
   * @throws BoundedText.TooLongException where that is longer than {@code maxLength}
   */
  static String of(ConsumerRecord<byte[], byte[]> record, int maxLength) {
    return BoundedText.of(maxLength, json -> write(record, json));
  }

  private static void write(ConsumerRecord<byte[], byte[]> record, JsonGenerator json)
      throws IOException {
    json.writeStartObject();
    json.writeFieldName("key");
    writeBytes(json, record.key());
    writeHeaders(json, record);
    json.writeStringField("topic", record.topic());
    json.writeNumberField("partition", record.partition());
    json.writeNumberField("offset", record.offset());
    if (record.timestamp() < 0) {
      json.writeNullField("timestamp");
    } else {
      json.writeNumberField("timestamp", record.timestamp());
    }
    json.writeEndObject();
  }

  static void writeHeaders(JsonGenerator json, ConsumerRecord<byte[], byte[]> record)
      throws IOException {
    Map<String, List<Header>> byName = new LinkedHashMap<>();
    for (Header header : record.headers()) {
      byName.computeIfAbsent(header.key(), _ -> new ArrayList<>()).add(header);
    }
    json.writeObjectFieldStart("headers");
    for (Map.Entry<String, List<Header>> entry : byName.entrySet()) {
      json.writeFieldName(entry.getKey());
      List<Header> headers = entry.getValue();
      if (headers.size() > 1) {
        json.writeStartArray();
      }
      for (Header header : headers) {
        writeBytes(json, header.value());
      }
      if (headers.size() > 1) {
        json.writeEndArray();
      }
    }
    json.writeEndObject();
  }

  static void writeBytes(JsonGenerator json, byte @Nullable [] bytes) throws IOException {
    if (bytes == null) {
      json.writeNull();
      return;
    }
    String text = Utf8.textOf(bytes);
    if (text != null) {
      json.writeString(text);
    } else {
      json.writeStartObject();
      json.writeFieldName("base64");
      json.writeBinary(Base64Variants.MIME_NO_LINEFEEDS, bytes, 0, bytes.length);
      json.writeEndObject();
    }
  }
}
