package dev.paddock.worker.cli.batch;

import dev.paddock.worker.JsonText;
import dev.paddock.worker.Utf8;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** A JSON text each line. */
final class JsonLines implements InputReader {

  private final Lines lines;
  private final int maxBytes;

  JsonLines(InputStream in, int maxBytes) {
    this.maxBytes = maxBytes;
    lines = new Lines(in, maxBytes);
  }

  @Override
  public @Nullable Input next() throws IOException {
    Lines.Line line = lines.next();
    if (line == null) {
      return null;
    }
    if (line.length() > maxBytes) {
      return InputReader.tooLong(line.length(), maxBytes);
    }
    String text = Utf8.textOf(line.bytes());
    if (text == null) {
      return new Input.Bad("it is not UTF-8 text");
    }
    String problem = JsonText.problem(text);
    return problem == null ? new Input.Json(text.strip()) : new Input.Bad(problem);
  }

  @Override
  public boolean skip() throws IOException {
    return lines.next() != null;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
