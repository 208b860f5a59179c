package dev.paddock.worker.pipeline;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.paddock.worker.JsonText;
import dev.paddock.worker.publish.UnfitOutputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes a JSON text apart without reading its parts: each is the very text that it was, numbers of
 * any size and nesting of any depth included.
 */
final class JsonParts {

  private JsonParts() {}

  /** What a JSON value is, in words. */
  static String describe(String json) {
    return switch (json.strip().charAt(0)) {
      case '{' -> "an object";
      case '[' -> "an array";
      case '"' -> "a text";
      case 't', 'f' -> "a truth value";
      case 'n' -> "null";
      default -> "a number";
    };
  }

  static boolean isArray(String json) {
    return json.strip().startsWith("[");
  }

  static boolean isObject(String json) {
    return json.strip().startsWith("{");
  }

  static boolean isNull(String json) {
    return json.strip().equals("null");
  }

  /** The text that a JSON text says, or null where it is something else. */
  static @Nullable String textOf(String json) throws UnfitOutputException {
    try (JsonParser parser = JsonText.FACTORY.createParser(json)) {
      return parser.nextToken() == JsonToken.VALUE_STRING ? parser.getText() : null;
    } catch (IOException e) {
      throw unfit(e);
    }
  }

  /**
   * The elements of an array.
   *
   * @param most one more than may be
   */
  static List<String> elements(String array, int most) throws UnfitOutputException {
    List<String> elements = new ArrayList<>();
    try (JsonParser parser = JsonText.FACTORY.createParser(array)) {
      var _ = parser.nextToken();
      while (parser.nextToken() != JsonToken.END_ARRAY && elements.size() < most) {
        elements.add(part(array, parser));
      }
    } catch (IOException e) {
      throw unfit(e);
    }
    return elements;
  }

  /** The members of an object, in their order. */
  static Map<String, String> members(String object) throws UnfitOutputException {
    Map<String, String> members = new LinkedHashMap<>();
    try (JsonParser parser = JsonText.FACTORY.createParser(object)) {
      var _ = parser.nextToken();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        var _ = parser.nextToken();
        members.put(name, part(object, parser));
      }
    } catch (IOException e) {
      throw unfit(e);
    }
    return members;
  }

  private static String part(String json, JsonParser parser) throws IOException {
    int start = (int) parser.currentTokenLocation().getCharOffset();
    parser.skipChildren();
    parser.finishToken();
    return json.substring(start, (int) parser.currentLocation().getCharOffset());
  }

  private static UnfitOutputException unfit(IOException e) {
    if (e instanceof JsonProcessingException bad) {
      return new UnfitOutputException("The output is not JSON: " + bad.getOriginalMessage());
    }
    throw new UncheckedIOException(e); // from memory
  }
}
