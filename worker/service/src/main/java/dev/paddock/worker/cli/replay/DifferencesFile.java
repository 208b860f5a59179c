package dev.paddock.worker.cli.replay;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.worker.JsonText;
import dev.paddock.worker.cli.batch.ResultLine;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file of differences: a JSON object a line, with both results as batches have them. */
public final class DifferencesFile implements AutoCloseable {

  private final BufferedWriter out;

  /** Begins it anew. */
  public DifferencesFile(Path file) throws IOException {
    out = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
  }

  /** Adds a run whose result is not the recorded one. */
  public void add(Finding.Run run) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JsonText.FACTORY.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("executionId", run.execution().id());
      json.writeStringField("tenant", run.execution().request().getTenant());
      json.writeStringField("position", run.position().toString());
      json.writeStringField("is", run.match().text());
      if (run.difference() != null) {
        json.writeStringField("path", run.difference().path());
      }
      write(json, "recorded", run.recorded());
      write(json, "now", run.now());
      json.writeEndObject();
    }
    out.append(text.getBuffer()).append('\n');
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  private static void write(JsonGenerator json, String name, @Nullable ExecutionResult result)
      throws IOException {
    if (result == null) {
      return;
    }
    json.writeObjectFieldStart(name);
    ResultLine.writeMembers(json, result);
    json.writeEndObject();
  }
}
