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
    if (names.contains(label)) {
      return label;
    }
    synchronized (this) {
      if (names.size() < most) {
        names.add(label);
      }
    }
    return names.contains(label) ? label : OTHERS;
  }

  /** A text that is no longer than so many characters, with a mark where it was cut. */
  static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(most - 2)) ? most - 2 : most - 1;
    return text.substring(0, end) + "\u2026";
  }
}
