package dev.paddock.worker.cli.replay;

/**
 * Where two results differ first.
 *
 * @param path such as {@code status}, {@code error.message}, {@code output.items[3].price} or
 *     {@code logs[0]}
 * @param recorded what is there, for a person: shortened where it is long
 * @param now the same of the new run
 */
public record Difference(String path, String recorded, String now) {

  /** What stands for what is not there. */
  static final String NOTHING = "nothing";

  /** How much of a text is shown, in characters. */
  static final int LONGEST = 80;

  /** How much of what two long texts begin with alike is shown, so that the difference is too. */
  private static final int SAME_BEFORE = 20;

  static Difference of(String path, String recorded, String now) {
    int shorter = Math.min(recorded.length(), now.length());
    int same = 0;
    while (same < shorter && recorded.charAt(same) == now.charAt(same)) {
      same++;
    }
    int begin = same > LONGEST / 2 ? same - SAME_BEFORE : 0;
    return new Difference(path, cut(recorded, begin), cut(now, begin));
  }

  private static String cut(String text, int begin) {
    int end = Math.min(text.length(), begin + LONGEST);
    return (begin > 0 ? "…" : "") + text.substring(begin, end) + (end < text.length() ? "…" : "");
  }
}
