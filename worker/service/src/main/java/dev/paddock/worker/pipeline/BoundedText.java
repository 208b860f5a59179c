package dev.paddock.worker.pipeline;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.paddock.worker.JsonText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;

/** A JSON text that is being written, up to a length. */
final class BoundedText extends Writer {

  /** It would become longer than that. */
  static final class TooLongException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TooLongException() {
      super("too long", null, false, false);
    }
  }

  /** Writes one JSON value. */
  @FunctionalInterface
  interface Content {
    void write(JsonGenerator json) throws IOException;
  }

  private final int maxLength;
  private final StringBuilder text = new StringBuilder();

  private BoundedText(int maxLength) {
    this.maxLength = maxLength;
  }

  /**
   * Writes a text.
   *
   * @param maxLength in UTF-16 units
   * @throws TooLongException where that does not suffice
   */
  static String of(int maxLength, Content content) {
    BoundedText bounded = new BoundedText(maxLength);
    try {
      JsonGenerator json = JsonText.FACTORY.createGenerator(bounded);
      content.write(json);
      json.flush(); // not closed: half a text needs no end
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bounded.text.toString();
  }

  @Override
  public void write(char[] chars, int offset, int length) {
    if (length > maxLength - text.length()) {
      throw new TooLongException();
    }
    text.append(chars, offset, length);
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
