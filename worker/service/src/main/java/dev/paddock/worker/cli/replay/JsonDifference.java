package dev.paddock.worker.cli.replay;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.paddock.worker.JsonText;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Compares JSON values: members in any order, numbers by their value. Never recursive, as scripts
 * nest as deep as they like.
 */
final class JsonDifference {

  private static final ObjectReader READER =
      new JsonMapper(JsonText.FACTORY.rebuild().build()).reader();

  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z_$][\\w$]*");

  /** How many steps of a path are shown, the first ones; deeper is no help to anybody. */
  private static final int MAX_STEPS = 20;

  private JsonDifference() {}

  /** A place in a value: how it is reached from the one around it. */
  private record Path(@Nullable Path around, String step, int depth) {

    Path member(String name) {
      return new Path(
          this, PLAIN_NAME.matcher(name).matches() ? "." + name : "[\"" + name + "\"]", depth + 1);
    }

    Path element(int index) {
      return new Path(this, "[" + index + "]", depth + 1);
    }

    @Override
    public String toString() {
      List<String> steps = new ArrayList<>();
      for (Path path = this; path != null; path = path.around()) {
        if (path.depth() < MAX_STEPS) {
          steps.add(path.step());
        }
      }
      return String.join("", steps.reversed()) + (depth < MAX_STEPS ? "" : "…");
    }
  }

  private record Pair(Path path, @Nullable JsonNode recorded, @Nullable JsonNode now) {}

  /**
   * The first difference between two JSON texts.
   *
   * @param root what to call the whole value
   * @return null where they are the same value
   */
  static @Nullable Difference between(String root, String recorded, String now) throws IOException {
    if (recorded.equals(now)) {
      return null;
    }
    Deque<Pair> left = new ArrayDeque<>();
    push(left, new Pair(new Path(null, root, 0), READER.readTree(recorded), READER.readTree(now)));
    while (!left.isEmpty()) {
      Pair pair = left.pop();
      JsonNode one = pair.recorded();
      JsonNode other = pair.now();
      if (one == null || other == null) {
        return difference(pair);
      }
      if (one.isObject() && other.isObject()) {
        for (Pair member : members(pair.path(), one, other).reversed()) {
          push(left, member);
        }
      } else if (one.isArray() && other.isArray()) {
        for (int i = Math.max(one.size(), other.size()) - 1; i >= 0; i--) {
          push(left, new Pair(pair.path().element(i), one.get(i), other.get(i)));
        }
      } else {
        return difference(pair);
      }
    }
    return null;
  }

  /** Unless it is settled already, so that a long list of numbers takes no memory. */
  private static void push(Deque<Pair> left, Pair pair) {
    JsonNode one = pair.recorded();
    JsonNode other = pair.now();
    boolean settled =
        one != null
            && other != null
            && one.isValueNode()
            && other.isValueNode()
            && isSame(one, other);
    if (!settled) {
      left.push(pair);
    }
  }

  private static List<Pair> members(Path path, JsonNode one, JsonNode other) {
    List<Pair> pairs = new ArrayList<>();
    for (Map.Entry<String, JsonNode> member : one.properties()) {
      String name = member.getKey();
      pairs.add(new Pair(path.member(name), member.getValue(), other.get(name)));
    }
    for (Map.Entry<String, JsonNode> member : other.properties()) {
      if (!one.has(member.getKey())) {
        pairs.add(new Pair(path.member(member.getKey()), null, member.getValue()));
      }
    }
    return pairs;
  }

  /** 1 and 1.0 are two kinds of node and one number. */
  private static boolean isSame(JsonNode one, JsonNode other) {
    return one.equals(other)
        || (one.isNumber()
            && other.isNumber()
            && one.isIntegralNumber() != other.isIntegralNumber()
            && Double.compare(one.doubleValue(), other.doubleValue()) == 0);
  }

  private static Difference difference(Pair pair) throws IOException {
    return Difference.of(pair.path().toString(), text(pair.recorded()), text(pair.now()));
  }

  /** The value's text, or how that begins where it is long. */
  private static String text(@Nullable JsonNode node) throws IOException {
    if (node == null) {
      return Difference.NOTHING;
    }
    StringWriter text = new StringWriter();
    try (JsonParser events = node.traverse();
        JsonGenerator json = JsonText.FACTORY.createGenerator(text)) {
      while (text.getBuffer().length() <= Difference.LONGEST && events.nextToken() != null) {
        json.copyCurrentEvent(events);
        json.flush();
      }
    }
    return text.toString();
  }
}
