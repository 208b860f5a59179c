package dev.paddock.worker;

import dev.paddock.schemas.ExecutionRequest;
import io.opentelemetry.api.trace.SpanContext;
import org.jspecify.annotations.Nullable;

/**
 * A request that was read, on its way to a sandbox.
 *
 * @param position where it was read
 * @param key the record's key, or null; never changed
 * @param request what is asked for
 * @param timestampMillis the record's timestamp, in ms since the epoch: the script's clock starts
 *     there
 * @param sizeBytes size of the record's key and value, in bytes
 * @param delivery how many workers it was handed to, this one included, as far as Kafka counts
 *     that; 1 or more
 * @param readNanos System.nanoTime() when it was read
 * @param event the pipeline's record that it was made of; null for a request
 * @param trace what the record's headers say of the trace that it belongs to; invalid where nothing
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody, handed on as it came
public record Execution(
    Position position,
    byte @Nullable [] key,
    ExecutionRequest request,
    long timestampMillis,
    int sizeBytes,
    int delivery,
    long readNanos,
    @Nullable Event event,
    SpanContext trace) {

  /** One that somebody has asked for, in no trace. */
  public Execution(
      Position position,
      byte @Nullable [] key,
      ExecutionRequest request,
      long timestampMillis,
      int sizeBytes,
      int delivery,
      long readNanos) {
    this(
        position,
        key,
        request,
        timestampMillis,
        sizeBytes,
        delivery,
        readNanos,
        null,
        SpanContext.getInvalid());
  }

  /** The request's own id, or its position where it has none. */
  public String id() {
    String id = request.getExecutionId();
    return id.isEmpty() ? position.toString() : id;
  }
}
