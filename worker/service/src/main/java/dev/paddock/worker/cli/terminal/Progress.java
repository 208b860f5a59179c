package dev.paddock.worker.cli.terminal;

import java.io.PrintStream;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far a piece of work is: a bar on a terminal, a line every few seconds elsewhere. Steps
 * and close are for one thread.
 */
public final class Progress implements AutoCloseable {

  private static final int UPDATE_MILLIS = 100;
  private static final long LINE_NANOS = Duration.ofSeconds(5).toNanos();

  private final String task;
  private final long total;
  private final PrintStream out;
  private final @Nullable ProgressBar bar;
  private long done;
  private long lastLineNanos = System.nanoTime();

  /**
   * Begins to show.
   *
   * @param done where the work stands already, of {@code total}
   */
  public Progress(Terminal terminal, String task, long done, long total) {
    this.task = task;
    this.done = done;
    this.total = total;
    out = terminal.out();
    bar = terminal.isInteractive() ? bar(terminal) : null;
  }

  /** One step further. */
  public void step() {
    done++;
    if (bar != null) {
      bar.step();
    } else if (System.nanoTime() - lastLineNanos > LINE_NANOS) {
      lastLineNanos = System.nanoTime();
      out.printf(Locale.ROOT, "  %s: %,d of %,d%n", task, done, total);
    }
  }

  /** A line of text above the bar. */
  public void say(String line) {
    if (bar != null) {
      out.print("\r\033[K");
    }
    out.println(line);
  }

  /** Leaves nothing of the bar behind. */
  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      out.print("\r\033[K");
      out.flush();
    }
  }

  private ProgressBar bar(Terminal terminal) {
    return new ProgressBarBuilder()
        .setTaskName("  " + task)
        .setInitialMax(total)
        .startsFrom(done, Duration.ZERO)
        .setStyle(
            ProgressBarStyle.builder()
                .delimitingSequence("")
                .leftBracket(" ")
                .rightBracket(" ")
                .block('━')
                .space('─')
                .fractionSymbols("━")
                .rightSideFractionSymbol('─')
                .build())
        .setUpdateIntervalMillis(UPDATE_MILLIS)
        .showSpeed(new DecimalFormat("#,##0", DecimalFormatSymbols.getInstance(Locale.ROOT)))
        .setConsumer(
            new DelegatingProgressBarConsumer(
                text -> out.print("\r" + text + "\033[K"), terminal.width()))
        .build();
  }
}
