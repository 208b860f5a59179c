package dev.paddock.worker.cli.batch;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.MappingIterator;
import dev.paddock.worker.JsonText;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rows behind a header. Each is an object of texts: what is a number is the script's to say. */
final class CsvRows implements InputReader {

  /** A cell that is longer than an input may be spoils its row; one this much longer, the file. */
  private static final int SLACK = 4;

  private final MappingIterator<String[]> rows;
  private final String[] header;

  CsvRows(InputStream in, int maxBytes) throws IOException {
    rows = Csv.read(in, (int) Math.min(Integer.MAX_VALUE, (long) maxBytes * SLACK));
    header = rows.hasNextValue() ? rows.nextValue() : new String[0];
    Set<String> names = new HashSet<>();
    for (String name : header) {
      if (!names.add(name)) {
        throw new IOException("its header has '" + name + "' twice");
      }
    }
  }

  @Override
  public @Nullable Input next() throws IOException {
    if (!rows.hasNextValue()) {
      return null;
    }
    String[] cells = rows.nextValue();
    if (cells.length != header.length) {
      return new Input.Bad(
          "it has %d cells; the header has %d".formatted(cells.length, header.length));
    }
    StringWriter text = new StringWriter(256);
    try (JsonGenerator json = JsonText.FACTORY.createGenerator(text)) {
      json.writeStartObject();
      for (int i = 0; i < cells.length; i++) {
        json.writeStringField(header[i], cells[i]);
      }
      json.writeEndObject();
    }
    return new Input.Json(text.toString());
  }

  @Override
  public boolean skip() throws IOException {
    boolean there = rows.hasNextValue();
    if (there) {
      var _ = rows.nextValue();
    }
    return there;
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
