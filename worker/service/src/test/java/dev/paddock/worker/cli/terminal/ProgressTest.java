package dev.paddock.worker.cli.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Lines of progress, where nobody looks at a bar. */
class ProgressTest {

  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private long seconds = 100;

  private Progress begin(long done, long total) {
    return new Progress(
        new PrintStream(shown, true, UTF_8),
        null,
        "submit",
        done,
        total,
        () -> TimeUnit.SECONDS.toNanos(seconds));
  }

  private List<String> lines() {
    return shown.toString(UTF_8).lines().toList();
  }

  private static void steps(Progress progress, int count) {
    for (int i = 0; i < count; i++) {
      progress.step(() -> "a note");
    }
  }

  @Test
  void aLineHasTheRateOfThisRunAndTheTimeThatIsLeft() {
    try (Progress progress = begin(10_000, 30_000)) {
      steps(progress, 1999);
      seconds += 10;
      steps(progress, 1);
      steps(progress, 500);
    }
    assertEquals(
        List.of("  submit: 12,000 of 30,000, 200 a second, 1 min 30 s left; a note"), lines());
  }

  @Test
  void theTimeThatIsLeftIsNotToldBeforeItCanBeKnown() {
    try (Progress progress = begin(0, 30_000)) {
      steps(progress, 99);
      seconds += 10;
      steps(progress, 1);
    }
    assertEquals(List.of("  submit: 100 of 30,000, 10 a second; a note"), lines());
  }

  @Test
  void whereTheTotalIsNotKnownNothingIsSaidOfIt() {
    try (Progress progress = begin(0, -1)) {
      seconds += 10;
      progress.step();
      seconds += 5;
      progress.step();
    }
    assertEquals(List.of("  submit: 1, 0 a second"), lines());
  }
}
