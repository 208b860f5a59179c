package dev.paddock.sandbox.guest;

import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.LogLine;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What one run writes with console, up to a number of bytes and lines; what goes beyond is cut. */
final class LogBuffer {

  private final List<LogLine> lines = new ArrayList<>();
  private long bytesLeft;
  private boolean truncated;

  LogBuffer(long maxBytes) {
    bytesLeft = maxBytes;
  }

  void add(LogLine.Level level, String message, long sinceStartMicros) {
    if (truncated) {
      return;
    }
    if (lines.size() == Answer.MAX_LOG_LINES) {
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

  private static String cut(byte[] utf8, int length) {
    int end = length;
    while (end > 0 && (utf8[end] & 0xC0) == 0x80) {
      end--; // never in the middle of a character
    }
    return new String(utf8, 0, end, StandardCharsets.UTF_8);
  }
}
