package dev.paddock.worker.observe;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Names that others choose, as labels: so many different ones, the first that come, and one more
 * for all the rest. For any thread.
 */
final class BoundedNames {

  /** Stands for every name that came too late. */
  static final String OTHERS = "(others)";

  private static final int MAX_LENGTH = 100;

  private final int most;
  private final Set<String> names = ConcurrentHashMap.newKeySet();

  /**
   * @param most different names, 0 or more
   */
  BoundedNames(int most) {
    this.most = most;
  }

  /** The name, cut to {@value #MAX_LENGTH} characters, or {@link #OTHERS}. No name is no name. */
  String of(String name) {
    if (name.isEmpty()) {
      return name;
    }
    String label = cut(name, MAX_LENGTH);
    // Who comes too late must not wait for others who do.
    boolean known = names.contains(label) || (names.size() < most && add(label));
    return known ? label : OTHERS;
  }

  /** A text that is no longer than so many characters, with a mark where it was cut. */
  static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    return head(text, most - 1) + "\u2026";
  }

  /** As much of a text, from its beginning, as makes no more than so many whole characters. */
  static String head(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
  }

  private synchronized boolean add(String label) {
    return names.contains(label) || (names.size() < most && names.add(label));
  }
}
