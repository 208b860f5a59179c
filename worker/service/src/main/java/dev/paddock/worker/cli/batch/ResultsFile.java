package dev.paddock.worker.cli.batch;

import dev.paddock.schemas.ExecutionError;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.schemas.Usage;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The file of results, a JSON object each line, in the order of completion. It is what says which
 * lines are finished: reading it again gives the same window and the same tally.
 */
final class ResultsFile implements Closeable {

  private static final String BAD_LINE = "MALFORMED_REQUEST";

  private static final int BUFFER_BYTES = 64 << 10;

  private final OutputStream out;
  private final Tally tally;

  private ResultsFile(OutputStream out, Tally tally) {
    this.out = out;
    this.tally = tally;
  }

  /**
   * Opens a file to write on. A last line without its end is cut off.
   *
   * @param window gets every line that is finished
   * @param tally gets every result, those to come too
   */
  static ResultsFile open(Path file, Window window, Tally tally) throws IOException {
    if (Files.exists(file)) {
      cut(file, read(file, window, tally));
    }
    OutputStream out =
        Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    return new ResultsFile(new BufferedOutputStream(out, BUFFER_BYTES), tally);
  }

  void write(long line, ExecutionResult result) throws IOException {
    write(ResultLine.of(line, result));
    ExecutionError error = result.getError();
    Usage usage = result.getUsage();
    tally.add(
        result.getStatus(),
        error == null ? "" : error.getName(),
        usage.getQueueMicros(),
        usage.getCpuMicros(),
        usage.getWallMicros());
  }

  void writeRejected(long line, String executionId, String message) throws IOException {
    write(ResultLine.rejected(line, executionId, BAD_LINE, message));
    tally.add(ExecutionStatus.REJECTED, BAD_LINE, 0, 0, 0);
  }

  void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  /** Reads the whole lines and gives their length in bytes. */
  private static long read(Path file, Window window, Tally tally) throws IOException {
    long whole = 0;
    long number = 0;
    try (Lines lines = new Lines(Files.newInputStream(file), Integer.MAX_VALUE)) {
      for (Lines.Line line = lines.next(); line != null; line = lines.next()) {
        number++;
        if (!line.complete()) {
          break;
        }
        try {
          ResultLine.Summary summary = ResultLine.read(line.bytes());
          if (window.finish(summary.line())) {
            summary.addTo(tally);
          }
        } catch (IOException | IllegalArgumentException e) {
          throw new IOException(
              "%s line %d is not a result of this batch: %s"
                  .formatted(file, number, e.getMessage()),
              e);
        }
        whole = lines.consumed();
      }
    }
    return whole;
  }

  private static void cut(Path file, long length) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(length);
    }
  }

  private void write(String line) throws IOException {
    out.write(line.getBytes(StandardCharsets.UTF_8));
    out.write('\n');
  }
}
