package dev.paddock.loadtest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.paddock.schemas.ExecutionError;
import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.SourcePosition;
import dev.paddock.schemas.Usage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * What a Node user's worker would take: a small JSON object with the script and its input, without
 * a registry; and the same with the output. A header names who answered. A result that is the
 * request itself, which whoever only moves records gives, counts as success.
 */
final class JsonWire implements Wire {

  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private static final ObjectWriter ASKED = JSON.writerFor(Asked.class);
  private static final ObjectReader ANSWERED = JSON.readerFor(Answered.class);

  private static final Usage UNKNOWN = new Usage(0L, 0L, 0L, 0L, 0L);

  private record Asked(
      String id, String tenant, String script, String input, Map<String, String> labels) {}

  private record Answered(
      String id,
      String tenant,
      Map<String, String> labels,
      @Nullable ExecutionStatus status,
      @Nullable String output,
      @Nullable String error) {}

  @Override
  public byte[] request(ExecutionRequest request) {
    try {
      return ASKED.writeValueAsBytes(
          new Asked(
              request.getExecutionId(),
              request.getTenant(),
              ((InlineScript) request.getScript()).getSource(),
              request.getInput(),
              request.getLabels()));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public ExecutionResult result(ConsumerRecord<byte[], byte[]> record) {
    Answered answered;
    try {
      answered = ANSWERED.readValue(record.value());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ExecutionStatus status = answered.status();
    String error = answered.error();
    Header worker = record.headers().lastHeader("worker");
    return ExecutionResult.newBuilder()
        .setExecutionId(answered.id())
        .setTenant(answered.tenant())
        .setStatus(status == null ? ExecutionStatus.SUCCEEDED : status)
        .setOutput(answered.output())
        .setError(error == null ? null : new ExecutionError("Error", error, null, null, null))
        .setLogs(List.of())
        .setUsage(UNKNOWN)
        .setScriptSha256("")
        .setSource(new SourcePosition(record.topic(), record.partition(), record.offset()))
        .setWorker(worker == null ? "" : new String(worker.value(), UTF_8))
        .setCompletedAt(Instant.now())
        .setLabels(answered.labels())
        .build();
  }

  @Override
  public void close() {}
}
