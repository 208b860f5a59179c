package dev.paddock.worker;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The record that a pipeline's script is run for: what is neither its key nor what the script calls
 * its value.
 *
 * @param pipeline the pipeline's name
 * @param context what the script is told of the record: a JSON object with a member or more
 * @param headers the record's, in their order
 * @param timestampMillis the record's, in ms since the epoch; null where it has none
 */
public record Event(
    String pipeline, String context, List<Header> headers, @Nullable Long timestampMillis) {

  /** One of a record's headers. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody, handed on as it came
  public record Header(String name, byte @Nullable [] value) {}

  /** Copies the headers. */
  public Event {
    headers = List.copyOf(headers);
  }
}
