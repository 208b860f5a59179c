package dev.paddock.worker.cli.batch;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Splits a stream into lines of bounded length. Every line ends in LF, the last one may not. */
final class Lines implements Closeable {

  private static final int BUFFER_BYTES = 64 << 10;

  private final InputStream in;
  private final int maxBytes;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int position;
  private int limit;
  private long consumed;

  /**
   * One line without its end.
   *
   * @param bytes what fits into the bound
   * @param length how long it is, which may be more
   * @param complete whether it ended in LF
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Line(byte[] bytes, long length, boolean complete) {}

  Lines(InputStream in, int maxBytes) {
    this.in = in;
    this.maxBytes = maxBytes;
  }

  /** How many bytes the lines had that were read so far, their ends included. */
  long consumed() {
    return consumed;
  }

  /** The next line, or null at the end. */
  @Nullable Line next() throws IOException {
    ByteArrayOutputStream kept = new ByteArrayOutputStream(256);
    long length = 0;
    while (fill()) {
      int start = position;
      while (position < limit && buffer[position] != '\n') {
        position++;
      }
      int found = position - start;
      kept.write(buffer, start, Math.min(found, maxBytes - kept.size()));
      length += found;
      consumed += found;
      if (position < limit) {
        position++;
        consumed++;
        return new Line(kept.toByteArray(), length, true);
      }
    }
    return length == 0 ? null : new Line(kept.toByteArray(), length, false);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private boolean fill() throws IOException {
    if (position == limit) {
      position = 0;
      limit = Math.max(0, in.read(buffer));
    }
    return limit > 0;
  }
}
