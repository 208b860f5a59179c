package dev.paddock.worker.pipeline;

import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.ViolationKind;
import dev.paddock.worker.Event;
import dev.paddock.worker.Execution;
import dev.paddock.worker.Outcome;
import dev.paddock.worker.ScriptUsed;
import dev.paddock.worker.config.RegistryTrouble;
import dev.paddock.worker.intake.Read;
import dev.paddock.worker.intake.RecordReader;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Makes executions of a pipeline's records. Used by one thread. */
final class EventReader implements RecordReader {

  private static final String NO_INPUT = "null";

  private final String pipeline;
  private final ExecutionRequest template;
  private final InputFormat format;
  private final int maxInputBytes;
  private final Clock clock;

  /**
   * @param template what is asked for each record, but for its input
   * @param format closed with this
   */
  EventReader(
      String pipeline,
      ExecutionRequest template,
      InputFormat format,
      int maxInputBytes,
      Clock clock) {
    this.pipeline = pipeline;
    this.template = template;
    this.format = format;
    this.maxInputBytes = maxInputBytes;
    this.clock = clock;
  }

  @Override
  public Read read(ConsumerRecord<byte[], byte[]> record) {
    try {
      String context = EventContext.of(record, maxInputBytes);
      String input = record.value() == null ? NO_INPUT : format.toJson(record, maxInputBytes);
      return new Read.Request(execution(record, input, context));
    } catch (BoundedText.TooLongException e) {
      return new Read.Bad(tooLarge(record));
    } catch (UnreadableException e) {
      return bad(record, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      return RegistryTrouble.isReason(e)
          ? new Read.Unknown(RegistryTrouble.reasons(e))
          : bad(record, "The record cannot be decoded: " + RegistryTrouble.reasons(e));
    }
  }

  @Override
  public void close() {
    format.close();
  }

  private Execution execution(ConsumerRecord<byte[], byte[]> record, String input, String context) {
    List<Event.Header> headers = new ArrayList<>();
    int headerBytes = 0;
    for (Header header : record.headers()) {
      byte @Nullable [] value = header.value();
      headers.add(new Event.Header(header.key(), value));
      headerBytes += header.key().length() + (value == null ? 0 : value.length);
    }
    @Nullable Long timestamp = record.timestamp() < 0 ? null : Long.valueOf(record.timestamp());
    return new Execution(
        RecordReader.positionOf(record),
        record.key(),
        request(input),
        Math.max(0, record.timestamp()),
        RecordReader.sizeOf(record) + headerBytes,
        RecordReader.deliveryOf(record),
        System.nanoTime(),
        new Event(pipeline, context, headers, timestamp),
        RecordReader.traceOf(record));
  }

  /** The builder would copy the template's script each time. */
  private ExecutionRequest request(String input) {
    return new ExecutionRequest(
        template.getExecutionId(),
        template.getTenant(),
        template.getScript(),
        input,
        template.getLimits(),
        template.getDeadline(),
        template.getSeed(),
        template.getLabels(),
        template.getReuse(),
        template.getClock(),
        template.getRandomness());
  }

  private Read bad(ConsumerRecord<byte[], byte[]> record, String message) {
    return new Read.Bad(
        new Outcome.Malformed(
            RecordReader.positionOf(record),
            template.getTenant(),
            record.value(),
            message,
            clock.instant(),
            RecordReader.traceOf(record)));
  }

  private Outcome tooLarge(ConsumerRecord<byte[], byte[]> record) {
    int bytes = RecordReader.sizeOf(record);
    return new Outcome.Rejected(
        execution(record, NO_INPUT, "{}"),
        ScriptUsed.NONE,
        ViolationKind.INPUT_SIZE,
        maxInputBytes,
        bytes,
        "bytes",
        "The record, of %d bytes, is more than %d bytes as JSON; that many are allowed"
            .formatted(bytes, maxInputBytes),
        clock.instant());
  }
}
