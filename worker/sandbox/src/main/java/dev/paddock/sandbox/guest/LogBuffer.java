package dev.paddock.sandbox.guest;

import dev.paddock.sandbox.quota.Run;
import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.LogLine;
import dev.paddock.sandbox.wire.Quota;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What one run writes with console, up to its limits of bytes and lines; what goes beyond is cut.
 * Writing many times as much is a breach.
 */
final class LogBuffer {

  /** How many times its limit a run may write before it counts as a flood. */
  private static final long FLOOD = 10;

  private final Run run;
  private final Limits limits;
  private final List<LogLine> lines = new ArrayList<>();
  private long bytesLeft;
  private long bytesWritten;
  private long linesWritten;
  private boolean truncated;

  LogBuffer(Limits limits, Run run) {
    this.limits = limits;
    this.run = run;
    bytesLeft = limits.logBytes();
  }

  void add(LogLine.Level level, String message, long sinceStartMicros) {
    linesWritten++;
    bytesWritten += message.length(); // UTF-8 is never shorter
    stopFlood();
    if (truncated) {
      return;
    }
    if (lines.size() == limits.logLines()) {
      truncated = true;
      return;
    }
    byte[] utf8 = message.getBytes(StandardCharsets.UTF_8);
    String kept = message;
    if (utf8.length > bytesLeft) {
      truncated = true;
      kept = cut(utf8, (int) bytesLeft);
    }
    bytesLeft -= Math.min(utf8.length, bytesLeft);
    lines.add(new LogLine(level, kept, sinceStartMicros));
  }

  List<LogLine> lines() {
    return lines;
  }

  boolean truncated() {
    return truncated;
  }

  private void stopFlood() {
    if (linesWritten > limits.logLines() * FLOOD) {
      breach(Quota.LOG_LINES, limits.logLines(), linesWritten);
    }
    if (bytesWritten > limits.logBytes() * FLOOD) {
      breach(Quota.LOG_SIZE, limits.logBytes(), bytesWritten);
    }
  }

  private void breach(Quota quota, long limit, long observed) {
    run.breach(
        quota,
        limit,
        observed,
        "The script logged %d %s; %d are kept, and %d times as many count as a flood"
            .formatted(observed, quota.unit(), limit, FLOOD));
  }

  private static String cut(byte[] utf8, int length) {
    int end = length;
    while (end > 0 && (utf8[end] & 0xC0) == 0x80) {
      end--; // never in the middle of a character
    }
    return new String(utf8, 0, end, StandardCharsets.UTF_8);
  }
}
