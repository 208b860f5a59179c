package dev.paddock.worker.cli.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.paddock.schemas.ExecutionRequest;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.avro.AvroRuntimeException;
import org.jspecify.annotations.Nullable;

/**
 * Makes a request of every input of a stream. One that is bad is said to be so with its number,
 * from 1; a stream that cannot be read on is a {@link BatchRefusedException}.
 */
final class Inputs implements Feed, Closeable {

  private final Source source;
  private final ExecutionRequest template;
  private final int maxBytes;
  private final InputReader reader;
  private long number;

  /** Opens streams of inputs. */
  interface Opener {
    InputStream open() throws IOException;
  }

  /**
   * Where inputs are read.
   *
   * @param name for messages
   */
  record Source(String name, Format format, Opener opener) {}

  /**
   * Opens the source.
   *
   * @param maxBytes of an input as UTF-8; a longer one is bad
   * @param template of the requests, without input and execution id
   */
  Inputs(Source source, int maxBytes, ExecutionRequest template) throws IOException {
    this.source = source;
    this.maxBytes = maxBytes;
    this.template = template;
    reader = open(source, maxBytes);
  }

  /** How many inputs there are from here on; reads all of them. */
  long count() throws IOException {
    while (skip()) {
      // Counted there.
    }
    return number;
  }

  @Override
  public @Nullable Item next() throws IOException {
    InputReader.Input input;
    try {
      input = reader.next();
    } catch (IOException | AvroRuntimeException e) {
      throw refusal(source, number, e);
    }
    if (input == null) {
      return null;
    }
    number++;
    return switch (input) {
      case InputReader.Input.Json(String text) -> request(text);
      case InputReader.Input.Bad bad -> bad(bad);
    };
  }

  @Override
  public boolean skip() throws IOException {
    try {
      boolean there = reader.skip();
      if (there) {
        number++;
      }
      return there;
    } catch (IOException | AvroRuntimeException e) {
      throw refusal(source, number, e);
    }
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  private Item request(String input) {
    int bytes = input.getBytes(StandardCharsets.UTF_8).length;
    return bytes > maxBytes
        ? bad(InputReader.tooLong(bytes, maxBytes))
        : new Item.Request(ExecutionRequest.newBuilder(template).setInput(input));
  }

  private Item bad(InputReader.Input.Bad bad) {
    return new Item.Bad(
        "%s %s %d: %s"
            .formatted(source.name(), InputReader.unit(source.format()), number, bad.message()));
  }

  private static InputReader open(Source source, int maxBytes) throws IOException {
    InputStream in = source.opener().open();
    try {
      return InputReader.open(source.format(), in, maxBytes);
    } catch (IOException | AvroRuntimeException e) {
      in.close();
      throw refusal(source, 0, e);
    }
  }

  private static BatchRefusedException refusal(Source source, long number, Exception cause) {
    String said =
        cause instanceof JsonProcessingException json
            ? json.getOriginalMessage()
            : cause.getMessage();
    return new BatchRefusedException(
        "%s cannot be read as %s behind %s %d: %s. Mend it, or name another --input-format."
            .formatted(
                source.name(),
                source.format(),
                InputReader.unit(source.format()),
                number,
                String.valueOf(said).lines().findFirst().orElse("")));
  }
}
