package dev.paddock.worker.cli.batch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Results as JSON objects, one each line. */
final class ResultLines implements ResultForm.Writer {

  private final OutputStream out;

  ResultLines(OutputStream out) {
    this.out = out;
  }

  static void read(InputStream in, Consumer<Summary> each) throws IOException {
    try (Lines lines = new Lines(in, Integer.MAX_VALUE)) {
      for (Lines.Line line = lines.next(); line != null; line = lines.next()) {
        each.accept(ResultLine.read(line.bytes()));
      }
    }
  }

  @Override
  public void write(Finished one) throws IOException {
    String line =
        switch (one) {
          case Finished.Result(long number, var result) -> ResultLine.of(number, result);
          case Finished.Rejected(long number, String executionId, String message) ->
              ResultLine.rejected(number, executionId, Finished.Rejected.KIND, message);
        };
    out.write(line.getBytes(StandardCharsets.UTF_8));
    out.write('\n');
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }
}
