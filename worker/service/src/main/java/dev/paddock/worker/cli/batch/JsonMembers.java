package dev.paddock.worker.cli.batch;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.paddock.worker.JsonText;
import java.io.IOException;
import java.util.Collections;
import java.util.List;

/**
 * Members of a JSON text as texts, without making a tree of it: a script may nest its output as
 * deep as it likes.
 */
final class JsonMembers {

  private JsonMembers() {}

  /** A JSON text's own text, where that is what it is; else the JSON text. */
  static String text(String json) throws IOException {
    try (JsonParser parser = JsonText.FACTORY.createParser(json)) {
      return parser.nextToken() == JsonToken.VALUE_STRING ? parser.getText() : json;
    }
  }

  /** The members of these names; an empty text where there is none, or null, or no object. */
  static List<String> texts(String json, List<String> names) throws IOException {
    String[] texts = Collections.nCopies(names.size(), "").toArray(new String[0]);
    try (JsonParser parser = JsonText.FACTORY.createParser(json)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          int index = names.indexOf(parser.currentName());
          JsonToken value = parser.nextToken();
          int begin = (int) parser.currentTokenLocation().getCharOffset();
          String scalar = value.isScalarValue() && index >= 0 ? parser.getText() : "";
          parser.skipChildren();
          if (index >= 0 && value != JsonToken.VALUE_NULL) {
            int end = (int) parser.currentLocation().getCharOffset();
            texts[index] = value.isStructStart() ? json.substring(begin, end) : scalar;
          }
        }
      }
    }
    return List.of(texts);
  }
}
