package dev.paddock.worker.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.paddock.worker.Event.Header;
import dev.paddock.worker.Execution;
import dev.paddock.worker.publish.UnfitOutputException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A record as a script gives it: its value still JSON text, its key and headers those of the record
 * that the script ran for unless it has set others.
 *
 * @param value JSON text; null, written out, for a record without a value
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Emission(String value, byte @Nullable [] key, List<Header> headers) {

  private static final Set<String> MEMBERS = Set.of("value", "key", "headers");

  /** One whose script gave the value alone. */
  static Emission ofValue(Execution execution, String value) {
    return new Emission(
        value,
        execution.key(),
        Objects.requireNonNull(execution.event(), "a pipeline's").headers());
  }

  /**
   * One whose script gave an envelope.
   *
   * @throws UnfitOutputException where it is none
   */
  static Emission ofEnvelope(Execution execution, String envelope) throws UnfitOutputException {
    if (!JsonParts.isObject(envelope)) {
      throw new UnfitOutputException(
          "The output is %s; with output.envelope it must be an object with value and, where they are to be set, key and headers"
              .formatted(JsonParts.describe(envelope)));
    }
    Map<String, String> members = JsonParts.members(envelope);
    for (String name : members.keySet()) {
      if (!MEMBERS.contains(name)) {
        throw new UnfitOutputException(
            "The output's envelope has a member \"%s\"; it may have value, key and headers"
                .formatted(shortened(name)));
      }
    }
    String value = members.get("value");
    if (value == null) {
      throw new UnfitOutputException(
          "The output's envelope has no value; null makes a record without one");
    }
    Emission kept = ofValue(execution, value);
    String key = members.get("key");
    String headers = members.get("headers");
    return new Emission(
        value,
        key == null ? kept.key() : bytes("key", key),
        headers == null ? kept.headers() : headers(headers));
  }

  private static List<Header> headers(String json) throws UnfitOutputException {
    if (!JsonParts.isObject(json)) {
      throw new UnfitOutputException(
          "The output's headers are %s; they must be an object"
              .formatted(JsonParts.describe(json)));
    }
    List<Header> headers = new ArrayList<>();
    for (Map.Entry<String, String> member : JsonParts.members(json).entrySet()) {
      String name = member.getKey();
      String shown = "header \"" + shortened(name) + "\"";
      if (JsonParts.isArray(member.getValue())) {
        for (String one : JsonParts.elements(member.getValue(), Integer.MAX_VALUE)) {
          headers.add(new Header(name, bytes(shown, one)));
        }
      } else {
        headers.add(new Header(name, bytes(shown, member.getValue())));
      }
    }
    return headers;
  }

  private static byte @Nullable [] bytes(String what, String json) throws UnfitOutputException {
    if (JsonParts.isNull(json)) {
      return null;
    }
    String text = JsonParts.textOf(json);
    if (text != null) {
      return text.getBytes(UTF_8);
    }
    if (JsonParts.isObject(json)) {
      Map<String, String> members = JsonParts.members(json);
      String base64 = members.get("base64");
      String encoded = base64 == null || members.size() > 1 ? null : JsonParts.textOf(base64);
      if (encoded != null) {
        try {
          return Base64.getDecoder().decode(encoded);
        } catch (IllegalArgumentException e) {
          throw new UnfitOutputException(
              "The output's %s is not base64: %s".formatted(what, e.getMessage()));
        }
      }
    }
    throw new UnfitOutputException(
        "The output's %s is %s; it must be a text, null, or {base64: \"...\"}"
            .formatted(what, JsonParts.describe(json)));
  }

  private static String shortened(String name) {
    return name.length() <= 100 ? name : name.substring(0, 100) + "…";
  }
}
