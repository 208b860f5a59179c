package dev.paddock.worker.cli.batch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How results are written.
 *
 * @param columns of CSV: members of the outputs that have columns of their own; where there are
 *     none, the output as a whole has one
 */
public record ResultForm(Format format, List<String> columns) {

  /** Writes results. Used by one thread. */
  interface Writer {

    void write(Finished one) throws IOException;

    /** Everything that was written is whole, and in the stream. */
    void flush() throws IOException;
  }

  /**
   * Begins to write, or goes on.
   *
   * @param begun the file that {@code out} appends to, with results in it; null where there are
   *     none
   */
  Writer write(@Nullable Path begun, OutputStream out) throws IOException {
    return switch (format) {
      case JSONL -> new ResultLines(out);
      case CSV -> new ResultRows(columns, begun == null, out);
      case AVRO -> new ResultRecords(begun, out);
    };
  }

  /**
   * Reads what was written.
   *
   * @throws IOException where it is something else
   */
  void read(InputStream in, Consumer<Summary> each) throws IOException {
    switch (format) {
      case JSONL -> ResultLines.read(in, each);
      case CSV -> ResultRows.read(columns, in, each);
      case AVRO -> ResultRecords.read(in, each);
    }
  }
}
