package dev.paddock.worker.cli.terminal;

import dev.paddock.worker.cli.terminal.Terminal.Style;
import java.util.Locale;
import java.util.concurrent.Callable;

/** Shows pieces of work that take seconds, one a line: what, and how long it took. */
public final class Steps {

  private static final int NAME_WIDTH = 34;

  private final Terminal terminal;

  /** Shows on this terminal. */
  public Steps(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * Does a piece of work.
   *
   * @return what it gives
   * @throws Exception what it throws, after the line says that it failed
   */
  public <T> T take(String name, Callable<T> work) throws Exception {
    if (terminal.isInteractive()) {
      terminal.out().print("  " + terminal.style(Style.QUIET, "· " + name + " ..."));
      terminal.out().flush();
    }
    long begin = System.nanoTime();
    try {
      T result = work.call();
      end(Style.GOOD, "✓", name, begin);
      return result;
    } catch (Exception e) {
      end(Style.BAD, "✗", name, begin);
      throw e;
    }
  }

  private void end(Style style, String mark, String name, long beginNanos) {
    if (terminal.isInteractive()) {
      terminal.out().print("\r\033[K");
    }
    String took = String.format(Locale.ROOT, "%5.1f s", (System.nanoTime() - beginNanos) / 1e9);
    terminal
        .out()
        .println(
            "  "
                + terminal.style(style, mark)
                + " "
                + String.format("%-" + NAME_WIDTH + "s", name)
                + terminal.style(Style.QUIET, took));
  }
}
