package dev.paddock.worker.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.paddock.worker.Event;
import dev.paddock.worker.Execution;
import dev.paddock.worker.config.PipelineConfig;
import dev.paddock.worker.publish.TraceHeaders;
import dev.paddock.worker.publish.UnfitOutputException;
import io.opentelemetry.api.trace.SpanContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Makes the records of one pipeline. Used by one thread. */
final class OutputWriter {

  /** Records that one record may become. */
  private static final int MOST_RECORDS = 10_000;

  /** Their size together: each may have the key and the headers of the record it was made of. */
  private static final int MOST_BYTES = 16 << 20;

  /** More than what Kafka's format puts around a record, and around a header. */
  private static final int RECORD_OVERHEAD_BYTES = 128;

  private static final int HEADER_OVERHEAD_BYTES = 10;

  private final String topic;
  private final PipelineConfig.Output output;
  private final OutputFormat format;
  private final int maxRecordBytes;
  private boolean keyed;

  /**
   * @param topic that the pipeline writes
   * @param maxRecordBytes what the producer takes
   */
  OutputWriter(
      String topic, PipelineConfig.Output output, OutputFormat format, int maxRecordBytes) {
    this.topic = topic;
    this.output = output;
    this.format = format;
    this.maxRecordBytes = maxRecordBytes;
  }

  String topic() {
    return topic;
  }

  /** Refuses records without a key from now on. */
  void requireKeys() {
    keyed = true;
  }

  List<ProducerRecord<byte[], byte[]>> write(
      Execution execution, @Nullable String given, SpanContext trace) throws UnfitOutputException {
    if (given == null) {
      return List.of();
    }
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    long bytes = 0;
    for (String one : parts(given)) {
      ProducerRecord<byte[], byte[]> record = record(execution, one, trace);
      bytes += requireTaken(record);
      if (bytes > MOST_BYTES) {
        throw UnfitOutputException.tooMuch(
            MOST_BYTES,
            bytes,
            "bytes",
            "The output is records of more than %d bytes, keys and headers included"
                .formatted(MOST_BYTES));
      }
      records.add(record);
    }
    return records;
  }

  private List<String> parts(String given) throws UnfitOutputException {
    if (!output.several() || !JsonParts.isArray(given)) {
      return List.of(given);
    }
    List<String> parts = JsonParts.elements(given, MOST_RECORDS + 1);
    if (parts.size() > MOST_RECORDS) {
      throw UnfitOutputException.tooMuch(
          MOST_RECORDS,
          parts.size(),
          "records",
          "The output is more than %d records".formatted(MOST_RECORDS));
    }
    return parts;
  }

  private ProducerRecord<byte[], byte[]> record(
      Execution execution, String given, SpanContext trace) throws UnfitOutputException {
    Emission emission =
        output.envelope()
            ? Emission.ofEnvelope(execution, given)
            : Emission.ofValue(execution, given);
    if (keyed && emission.key() == null) {
      throw new UnfitOutputException(
          "The record for %s would have no key, which it needs, since that topic is compacted"
              .formatted(topic));
    }
    byte @Nullable [] value =
        JsonParts.isNull(emission.value()) ? null : format.bytes(emission.value());
    Event event = Objects.requireNonNull(execution.event(), "a pipeline's");
    RecordHeaders headers = new RecordHeaders();
    emission.headers().forEach(header -> headers.add(header.name(), header.value()));
    TraceHeaders.set(headers, trace);
    return new ProducerRecord<>(
        topic, null, event.timestampMillis(), emission.key(), value, headers);
  }

  private long requireTaken(ProducerRecord<byte[], byte[]> record) throws UnfitOutputException {
    long bytes = RECORD_OVERHEAD_BYTES + length(record.key()) + length(record.value());
    for (org.apache.kafka.common.header.Header header : record.headers()) {
      bytes += HEADER_OVERHEAD_BYTES + utf8Length(header.key()) + length(header.value());
    }
    if (bytes > maxRecordBytes) {
      throw UnfitOutputException.tooMuch(
          maxRecordBytes,
          bytes,
          "bytes",
          "The record for %s would have %d bytes; the producer takes %d"
              .formatted(topic, bytes, maxRecordBytes));
    }
    return bytes;
  }

  private static long utf8Length(String text) {
    return text.getBytes(UTF_8).length;
  }

  private static long length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
