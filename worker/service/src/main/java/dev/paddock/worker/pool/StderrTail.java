package dev.paddock.worker.pool;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Drains a child's standard error and keeps its end, for a message about why it died. */
final class StderrTail {

  private static final int KEPT_BYTES = 2048;

  private final byte[] kept = new byte[KEPT_BYTES];
  private long total;

  /** Reads until the stream ends. */
  void drain(InputStream in) {
    byte[] buffer = new byte[KEPT_BYTES];
    try {
      int count = in.read(buffer);
      while (count >= 0) {
        add(buffer, count);
        count = in.read(buffer);
      }
    } catch (IOException e) {
      // The process is gone, and its words with it.
    }
  }

  synchronized String text() {
    int length = (int) Math.min(total, KEPT_BYTES);
    byte[] ordered = new byte[length];
    for (int i = 0; i < length; i++) {
      ordered[i] = kept[(int) ((total - length + i) % KEPT_BYTES)];
    }
    return new String(ordered, StandardCharsets.UTF_8).strip();
  }

  private synchronized void add(byte[] bytes, int count) {
    for (int i = 0; i < count; i++) {
      kept[(int) (total++ % KEPT_BYTES)] = bytes[i];
    }
  }
}
