package dev.paddock.worker.cli.terminal;

import java.io.PrintStream;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
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

  /** Of so many parts one has to be done before the time that is left can be told. */
  private static final int FORESEEABLE = 50;

  private static final long NOTE_NANOS = Duration.ofMillis(UPDATE_MILLIS).toNanos();

  private final String task;
  private final long total;
  private final PrintStream out;
  private final @Nullable ProgressBar bar;
  private final LongSupplier nanoTime;
  private final long begunAt;
  private final long begunNanos;
  private long done;
  private long lastLineNanos;
  private long lastNoteNanos;

  /**
   * Begins to show.
   *
   * @param done where the work stands already, of {@code total}
   * @param total less than 0 where it is not known
   */
  public Progress(Terminal terminal, String task, long done, long total) {
    this(
        terminal.out(),
        terminal.isInteractive() ? bar(terminal, task, done, total) : null,
        task,
        done,
        total,
        System::nanoTime);
  }

  Progress(
      PrintStream out,
      @Nullable ProgressBar bar,
      String task,
      long done,
      long total,
      LongSupplier nanoTime) {
    this.out = out;
    this.bar = bar;
    this.task = task;
    this.done = done;
    begunAt = done;
    this.total = total;
    this.nanoTime = nanoTime;
    begunNanos = nanoTime.getAsLong();
    lastLineNanos = begunNanos;
    lastNoteNanos = begunNanos;
  }

  /** One step further. */
  public void step() {
    step(() -> "");
  }

  /**
   * One step further.
   *
   * @param note what is to be said besides; asked for only when something is shown
   */
  public void step(Supplier<String> note) {
    done++;
    long now = nanoTime.getAsLong();
    if (bar != null) {
      if (now - lastNoteNanos > NOTE_NANOS) {
        lastNoteNanos = now;
        bar.setExtraMessage(" " + note.get());
      }
      bar.step();
    } else if (now - lastLineNanos > LINE_NANOS) {
      lastLineNanos = now;
      out.println(line((now - begunNanos) / 1e9, note.get()));
    }
  }

  private String line(double seconds, String note) {
    double rate = (done - begunAt) / seconds;
    String much =
        total < 0
            ? String.format(Locale.ROOT, "  %s: %,d, %,.0f a second", task, done, rate)
            : String.format(
                Locale.ROOT, "  %s: %,d of %,d, %,.0f a second", task, done, total, rate);
    if (total >= 0 && (done - begunAt) * FORESEEABLE >= total - begunAt) {
      much += ", " + Units.seconds(Math.round((total - done) / rate)) + " left";
    }
    return note.isEmpty() ? much : much + "; " + note;
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

  private static ProgressBar bar(Terminal terminal, String task, long done, long total) {
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
                text -> terminal.out().print("\r" + text + "\033[K"), terminal.width()))
        .build();
  }
}
