package dev.paddock.sandbox.guest;

import java.util.LinkedHashMap;
import java.util.Map;
import org.graalvm.polyglot.Source;

/**
 * Keeps the sources that ran last, because the engine keeps parsed code only as long as its source
 * is reachable. Bounded by characters, since all of them live in the sandbox's small heap.
 */
final class SourceCache {

  /**
   * Of code without any white space or comments, 75 bytes of parsed code for each were measured.
   */
  private static final long MAX_CHARS = 512L << 10;

  private record Key(String name, String text) {}

  private final String language;
  private final Map<Key, Source> sources = new LinkedHashMap<>(16, 0.75f, true);
  private long chars;

  SourceCache(String language) {
    this.language = language;
  }

  Source get(String name, String text) {
    Key key = new Key(name, text);
    Source known = sources.get(key);
    if (known != null) {
      return known;
    }
    Source source = Source.newBuilder(language, text, name).buildLiteral();
    sources.put(key, source);
    chars += text.length();
    var eldest = sources.entrySet().iterator();
    while (chars > MAX_CHARS && sources.size() > 1) {
      chars -= eldest.next().getKey().text().length();
      eldest.remove();
    }
    return source;
  }
}
