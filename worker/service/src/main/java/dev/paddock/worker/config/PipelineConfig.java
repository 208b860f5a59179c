package dev.paddock.worker.config;

import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.Limits;
import dev.paddock.schemas.Reuse;
import dev.paddock.schemas.ScriptClock;
import dev.paddock.schemas.ScriptRandomness;
import dev.paddock.schemas.ScriptReference;
import org.jspecify.annotations.Nullable;

/**
 * A topic whose records go through a script to another topic.
 *
 * @param name 1 to 100 letters, digits, '_' or '-'
 * @param from the topic that is read
 * @param to the topic that is written
 * @param tenant on whose behalf the script runs
 * @param script what is run
 * @param ordering which records have to wait for one another
 * @param input how the values of records are read
 * @param output what becomes of what the script gives
 * @param reuse how far its records share the script's context
 * @param clock what its script's clock shows
 * @param randomness where its script's random numbers are from
 * @param limits what is asked for instead of the worker's defaults; null for those
 */
public record PipelineConfig(
    String name,
    String from,
    String to,
    String tenant,
    PipelineScript script,
    Ordering ordering,
    DataFormat input,
    Output output,
    Reuse reuse,
    ScriptClock clock,
    ScriptRandomness randomness,
    @Nullable Limits limits) {

  /** What a pipeline runs. */
  public sealed interface PipelineScript {

    /** A script that was read from a file. */
    record FromFile(InlineScript script) implements PipelineScript {}

    /** A script of the catalog. */
    record FromCatalog(ScriptReference reference) implements PipelineScript {}
  }

  /**
   * What becomes of what the script gives.
   *
   * @param subject whose latest schema Avro is written with; of no meaning for other formats
   * @param envelope whether the script gives an object with value, key and headers
   * @param several whether an array is several records
   */
  public record Output(DataFormat format, String subject, boolean envelope, boolean several) {}
}
