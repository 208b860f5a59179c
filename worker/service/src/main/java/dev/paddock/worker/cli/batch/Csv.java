package dev.paddock.worker.cli.batch;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Comma-separated values as in RFC 4180, rows of texts. Lines without anything are no rows. */
final class Csv {

  private static final CsvMapper WRITER = new CsvMapper();

  private Csv() {}

  /**
   * Reads rows.
   *
   * @param maxCell characters, beyond which reading fails: a quote that is not closed would make
   *     one cell of the rest
   */
  static MappingIterator<String[]> read(InputStream in, int maxCell) throws IOException {
    CsvFactory factory =
        CsvFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxStringLength(maxCell)
                    .maxNumberLength(maxCell)
                    .build())
            .build();
    return CsvMapper.builder(factory)
        .enable(CsvParser.Feature.WRAP_AS_ARRAY)
        .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
        .build()
        .readerFor(String[].class)
        .readValues(in);
  }

  /** Writes rows, each a {@code String[]}. */
  static SequenceWriter write(OutputStream out) throws IOException {
    return WRITER.writerFor(String[].class).writeValues(out);
  }
}
