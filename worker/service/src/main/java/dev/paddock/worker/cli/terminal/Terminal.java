package dev.paddock.worker.cli.terminal;

import java.io.PrintStream;

/**
 * What is known of one of the two streams to the user. The launcher says which of them are
 * terminals and how wide.
 */
public final class Terminal {

  private static final int WIDTH = 100;
  private static final int NARROWEST = 40;

  private final PrintStream out;
  private final boolean interactive;
  private final boolean coloured;

  private Terminal(PrintStream out, String number) {
    this.out = out;
    interactive = System.getProperty("paddock.terminal", "").contains(number);
    String noColor = System.getenv("NO_COLOR");
    coloured =
        interactive
            && (noColor == null || noColor.isEmpty())
            && !"dumb".equals(System.getenv("TERM"));
  }

  /** Standard output. */
  public static Terminal stdout() {
    return new Terminal(System.out, "1");
  }

  /** Standard error. */
  public static Terminal stderr() {
    return new Terminal(System.err, "2");
  }

  /** Where to print. */
  public PrintStream out() {
    return out;
  }

  /** Whether somebody looks at it while it is written. */
  public boolean isInteractive() {
    return interactive;
  }

  /** Columns to use, at most 100. */
  public int width() {
    return Math.clamp(Integer.getInteger("paddock.columns", WIDTH), NARROWEST, WIDTH);
  }

  /** A text of a guest's words, without the characters that a terminal would obey. */
  public static String harmless(String text) {
    return text.replaceAll("[\\p{Cntrl}&&[^\\n\\t]]", "�");
  }

  /** The text in a style, where the terminal shows styles. */
  public String style(Style style, String text) {
    return coloured && !text.isEmpty() ? "\033[" + style.code + "m" + text + "\033[0m" : text;
  }

  /** What a piece of text means to the reader. */
  public enum Style {
    HEADING("1"),
    QUIET("2"),
    GOOD("32"),
    WARNING("33"),
    BAD("31");

    private final String code;

    Style(String code) {
      this.code = code;
    }
  }
}
