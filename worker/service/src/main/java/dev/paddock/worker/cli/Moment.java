package dev.paddock.worker.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Moments as users write them. */
final class Moment {

  private static final Pattern AGO = Pattern.compile("(\\d{1,9})([smhd])");

  private Moment() {}

  /**
   * Reads a moment.
   *
   * @param option whose value it is
   * @param text such as 2026-11-26T03:00:00Z, or 90s, 15m, 1h or 7d for so long ago
   * @throws CommandFailure where it is none
   */
  static Instant read(String option, String text, Instant now) {
    Matcher ago = AGO.matcher(text);
    if (ago.matches()) {
      return now.minus(Duration.ofSeconds(Long.parseLong(ago.group(1)) * seconds(ago.group(2))))
          .truncatedTo(ChronoUnit.MILLIS);
    }
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw CommandFailure.usage(
          "%s is '%s'; it must be a moment such as 2026-11-26T03:00:00Z, or how long ago, such as"
                  .formatted(option, text)
              + " 90s, 15m, 1h or 7d");
    }
  }

  private static long seconds(String unit) {
    return switch (unit) {
      case "s" -> 1;
      case "m" -> 60;
      case "h" -> 3600;
      default -> 86_400;
    };
  }
}
