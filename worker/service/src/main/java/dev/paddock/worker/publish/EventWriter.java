package dev.paddock.worker.publish;

import dev.paddock.worker.Execution;
import io.opentelemetry.api.trace.SpanContext;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Makes records of what the scripts of pipelines give. Used by one thread. */
@FunctionalInterface
public interface EventWriter {

  /**
   * The records to write.
   *
   * @param execution that of a pipeline's record
   * @param output the script's, JSON text; null where it gave undefined
   * @param trace what the records belong to; invalid where there is no trace
   * @return none where nothing is to be written
   * @throws UnfitOutputException where the output can never be written; nothing of it is, then
   */
  List<ProducerRecord<byte[], byte[]>> write(
      Execution execution, @Nullable String output, SpanContext trace) throws UnfitOutputException;
}
