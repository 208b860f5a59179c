package dev.paddock.sandbox.guest;

import dev.paddock.sandbox.wire.Task;
import java.util.Map;
import java.util.TreeMap;

/** The second argument of a module's function, as JSON text; a script's global of that name. */
final class ContextJson {

  private ContextJson() {}

  static String of(Task task) {
    StringBuilder json = new StringBuilder("{\"executionId\":");
    json.append(JsonString.of(task.executionId()));
    json.append(",\"tenant\":");
    json.append(JsonString.of(task.tenant()));
    json.append(",\"labels\":{");
    boolean first = true;
    // By name: a map's own order is another in each JVM.
    for (Map.Entry<String, String> label : new TreeMap<>(task.labels()).entrySet()) {
      if (!first) {
        json.append(',');
      }
      first = false;
      json.append(JsonString.of(label.getKey()));
      json.append(':');
      json.append(JsonString.of(label.getValue()));
    }
    json.append('}');
    String more = task.context();
    if (more != null) {
      json.append(',').append(more, more.indexOf('{') + 1, more.lastIndexOf('}'));
    }
    return json.append('}').toString();
  }
}
