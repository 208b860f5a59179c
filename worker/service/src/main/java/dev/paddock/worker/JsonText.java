package dev.paddock.worker;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** What is and what is not one JSON value. */
public final class JsonText {

  /**
   * Bounds are the caller's: inputs and outputs have their own, JSON.stringify nests as deep and
   * names as long as it likes, and a streaming parser keeps no tree.
   */
  public static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private JsonText() {}

  /** What keeps a text from being one JSON value, or null where it is one. */
  public static @Nullable String problem(String text) {
    if (text.isBlank()) {
      return "it is empty; it must be a JSON text";
    }
    try (JsonParser parser = FACTORY.createParser(text)) {
      parser.nextToken();
      parser.skipChildren();
      return parser.nextToken() == null ? null : "it has more than one JSON value";
    } catch (JsonProcessingException e) {
      return "it is not JSON, column %d: %s"
          .formatted(e.getLocation().getColumnNr(), firstLine(e.getOriginalMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }
}
