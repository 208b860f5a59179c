package dev.paddock.worker.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.paddock.worker.publish.UnfitOutputException;

/** How what a script gave becomes a record's value. Used by one thread. */
sealed interface OutputFormat permits AvroOutput, OutputFormat.Json, OutputFormat.Plain {

  /**
   * The value's bytes.
   *
   * @param json the script's value, other than null
   * @throws UnfitOutputException where it cannot be written so
   */
  byte[] bytes(String json) throws UnfitOutputException;

  /** The JSON text, as it is. */
  record Json() implements OutputFormat {

    @Override
    public byte[] bytes(String json) {
      return json.getBytes(UTF_8);
    }
  }

  /** The text that the value is. */
  record Plain() implements OutputFormat {

    @Override
    public byte[] bytes(String json) throws UnfitOutputException {
      String text = JsonParts.textOf(json);
      if (text == null) {
        throw new UnfitOutputException(
            "The output is %s; with output.format string it must be a text"
                .formatted(JsonParts.describe(json)));
      }
      return text.getBytes(UTF_8);
    }
  }
}
