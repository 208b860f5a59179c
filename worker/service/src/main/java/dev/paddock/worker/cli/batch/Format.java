package dev.paddock.worker.cli.batch;

import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How inputs and results are written. */
public enum Format {
  /** A JSON text each line, in UTF-8. */
  JSONL,
  /** Comma-separated values in UTF-8, with a header. */
  CSV,
  /** An Avro object container file. */
  AVRO;

  /** What a file's name says, by its ending; JSONL where that is none of them, or for a pipe. */
  public static Format of(@Nullable Path file) {
    String name = file == null ? "" : file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".csv")) {
      return CSV;
    }
    return name.endsWith(".avro") ? AVRO : JSONL;
  }
}
