package dev.paddock.worker.cli.batch;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.SequenceWriter;
import dev.paddock.schemas.ExecutionError;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.schemas.Usage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Results as rows of CSV: line and status, then what the script gave, then the rest but for logs. A
 * text is a cell as it is, anything else as JSON.
 */
final class ResultRows implements ResultForm.Writer {

  private static final List<String> FIRST = List.of("line", "status");

  private static final List<String> LAST =
      List.of(
          "error",
          "message",
          "executionId",
          "worker",
          "attempt",
          "completedAt",
          "queueMicros",
          "cpuMicros",
          "wallMicros");

  private final List<String> columns;
  private final SequenceWriter rows;

  /**
   * Begins to write.
   *
   * @param columns members of the outputs; the output as a whole where there are none
   */
  ResultRows(List<String> columns, boolean withHeader, OutputStream out) throws IOException {
    this.columns = columns;
    rows = Csv.write(out);
    if (withHeader) {
      write(row(FIRST, columns.isEmpty() ? List.of("output") : columns, LAST));
    }
  }

  static void read(List<String> columns, InputStream in, Consumer<Summary> each)
      throws IOException {
    int error = FIRST.size() + Math.max(1, columns.size());
    int micros = error + LAST.indexOf("queueMicros");
    try (MappingIterator<String[]> rows = Csv.read(in, Integer.MAX_VALUE)) {
      if (rows.hasNextValue()) {
        var _ = rows.nextValue(); // the header
      }
      while (rows.hasNextValue()) {
        String[] row = rows.nextValue();
        if (row.length != error + LAST.size()) {
          throw new IOException("a row has " + row.length + " cells");
        }
        each.accept(
            new Summary(
                Long.parseLong(row[0]),
                ExecutionStatus.valueOf(row[1]),
                row[error],
                number(row[micros]),
                number(row[micros + 1]),
                number(row[micros + 2])));
      }
    }
  }

  @Override
  public void write(Finished one) throws IOException {
    List<String> first = List.of(Long.toString(one.line()), one.summary().status().name());
    switch (one) {
      case Finished.Result(_, ExecutionResult result) ->
          write(row(first, outputs(result.getOutput()), rest(result)));
      case Finished.Rejected(_, String executionId, String message) ->
          write(
              row(
                  first,
                  outputs(null),
                  List.of(Finished.Rejected.KIND, message, executionId, "", "", "", "", "", "")));
    }
  }

  @Override
  public void flush() throws IOException {
    rows.flush();
  }

  private static List<String> rest(ExecutionResult result) {
    ExecutionError error = result.getError();
    Usage usage = result.getUsage();
    return List.of(
        error == null ? "" : error.getName(),
        error == null ? "" : error.getMessage(),
        result.getExecutionId(),
        result.getWorker(),
        Integer.toString(result.getAttempt()),
        result.getCompletedAt().toString(),
        Long.toString(usage.getQueueMicros()),
        Long.toString(usage.getCpuMicros()),
        Long.toString(usage.getWallMicros()));
  }

  private List<String> outputs(@Nullable String output) throws IOException {
    if (output == null) {
      return Collections.nCopies(Math.max(1, columns.size()), "");
    }
    return columns.isEmpty()
        ? List.of(JsonMembers.text(output))
        : JsonMembers.texts(output, columns);
  }

  private static List<String> row(List<String> first, List<String> outputs, List<String> last) {
    List<String> row = new ArrayList<>(first);
    row.addAll(outputs);
    row.addAll(last);
    return row;
  }

  private void write(List<String> row) throws IOException {
    rows.write(row.toArray(new String[0]));
  }

  private static long number(String cell) {
    return cell.isEmpty() ? 0 : Long.parseLong(cell);
  }
}
