package dev.paddock.worker.cli.batch;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Inputs, one after another, out of a stream. What is wrong with one of them is a {@link
 * Input.Bad}; where the next one cannot be found any more, reading fails. Used by one thread.
 */
interface InputReader extends Closeable {

  /** One input. */
  sealed interface Input {

    /** A JSON text. */
    record Json(String text) implements Input {}

    /** Something else; the message says what, to follow a name. */
    record Bad(String message) implements Input {}
  }

  /** The next one, or null after the last. */
  @Nullable Input next() throws IOException;

  /**
   * Passes over the next one.
   *
   * @return false after the last one
   */
  boolean skip() throws IOException;

  /**
   * Begins to read.
   *
   * @param maxBytes of an input as UTF-8; a longer one is bad
   * @throws IOException where the stream is not of this format
   */
  static InputReader open(Format format, InputStream in, int maxBytes) throws IOException {
    return switch (format) {
      case JSONL -> new JsonLines(in, maxBytes);
      case CSV -> new CsvRows(in, maxBytes);
      case AVRO -> new AvroRecords(in, maxBytes);
    };
  }

  /** What one input is called. */
  static String unit(Format format) {
    return switch (format) {
      case JSONL -> "line";
      case CSV -> "row";
      case AVRO -> "record";
    };
  }

  /** What is said of an input that is too long. */
  static Input.Bad tooLong(long bytes, int maxBytes) {
    return new Input.Bad("it has " + bytes + " bytes; " + maxBytes + " allowed");
  }
}
