package dev.paddock.sandbox.guest;

import dev.paddock.sandbox.wire.Task;
import java.util.Map;

/** The second argument of a module's function, as JSON text. */
final class ContextJson {

  private ContextJson() {}

  static String of(Task task) {
    StringBuilder json = new StringBuilder("{\"executionId\":");
    quote(json, task.executionId());
    json.append(",\"tenant\":");
    quote(json, task.tenant());
    json.append(",\"labels\":{");
    boolean first = true;
    for (Map.Entry<String, String> label : task.labels().entrySet()) {
      if (!first) {
        json.append(',');
      }
      first = false;
      quote(json, label.getKey());
      json.append(':');
      quote(json, label.getValue());
    }
    return json.append("}}").toString();
  }

  private static void quote(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\' || c < ' ') {
        json.append(String.format("\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }
}
