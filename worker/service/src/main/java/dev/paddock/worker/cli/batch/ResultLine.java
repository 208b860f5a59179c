package dev.paddock.worker.cli.batch;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.paddock.schemas.ExecutionError;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.schemas.LogLine;
import dev.paddock.schemas.Usage;
import dev.paddock.worker.JsonText;
import java.io.IOException;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One line of a results file: a JSON object without a line end. */
public final class ResultLine {

  private static final String LINE = "line";
  private static final String STATUS = "status";
  private static final String ERROR = "error";
  private static final String NAME = "name";
  private static final String USAGE = "usage";
  private static final String QUEUE = "queueMicros";
  private static final String CPU = "cpuMicros";
  private static final String WALL = "wallMicros";

  private ResultLine() {}

  static String of(long line, ExecutionResult result) throws IOException {
    StringWriter text = new StringWriter(256);
    try (JsonGenerator json = JsonText.FACTORY.createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField(LINE, line);
      writeMembers(json, result);
      json.writeEndObject();
    }
    return text.toString();
  }

  /** Writes a result's members into an object that is open. */
  public static void writeMembers(JsonGenerator json, ExecutionResult result) throws IOException {
    ExecutionError error = result.getError();
    write(json, result.getStatus().name(), result.getExecutionId());
    writeOutput(json, result.getOutput());
    if (error != null) {
      write(json, error);
    }
    write(json, result.getUsage());
    if (!result.getLogs().isEmpty()) {
      writeLogs(json, result);
    }
    json.writeStringField("worker", result.getWorker());
    json.writeNumberField("attempt", result.getAttempt());
    json.writeStringField("completedAt", result.getCompletedAt().toString());
  }

  static String rejected(long line, String executionId, String kind, String message)
      throws IOException {
    StringWriter text = new StringWriter(256);
    try (JsonGenerator json = JsonText.FACTORY.createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField(LINE, line);
      write(json, "REJECTED", executionId);
      json.writeObjectFieldStart(ERROR);
      json.writeStringField(NAME, kind);
      json.writeStringField("message", message);
      json.writeEndObject();
      json.writeEndObject();
    }
    return text.toString();
  }

  /**
   * Reads a line.
   *
   * @throws IOException where it is not one that this class wrote
   */
  static Summary read(byte[] bytes) throws IOException {
    Map<String, String> fields = new HashMap<>();
    try (JsonParser json = JsonText.FACTORY.createParser(bytes)) {
      if (json.nextToken() == JsonToken.START_OBJECT) {
        readFields(json, "", fields);
      }
    }
    try {
      return new Summary(
          number(fields, LINE),
          ExecutionStatus.valueOf(fields.getOrDefault(STATUS, "absent")),
          fields.getOrDefault(ERROR + NAME, ""),
          number(fields, USAGE + QUEUE),
          number(fields, USAGE + CPU),
          number(fields, USAGE + WALL));
    } catch (IllegalArgumentException e) {
      throw new IOException("it has no line or no status", e);
    }
  }

  /** The numbers and texts of this object, of its error and of its usage. */
  private static void readFields(JsonParser json, String prefix, Map<String, String> fields)
      throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (value == JsonToken.START_OBJECT && (name.equals(ERROR) || name.equals(USAGE))) {
        readFields(json, name, fields);
      } else if (value.isScalarValue()) {
        fields.put(prefix + name, json.getText());
      } else {
        json.skipChildren();
      }
    }
  }

  private static long number(Map<String, String> fields, String name) {
    return Long.parseLong(fields.getOrDefault(name, name.equals(LINE) ? "absent" : "0"));
  }

  private static void write(JsonGenerator json, String status, String executionId)
      throws IOException {
    json.writeStringField(STATUS, status);
    json.writeStringField("executionId", executionId);
  }

  /** As it came, unless that would break the line. */
  private static void writeOutput(JsonGenerator json, @Nullable String output) throws IOException {
    if (output == null) {
      return;
    }
    json.writeFieldName("output");
    boolean oneLine = output.indexOf('\n') < 0 && output.indexOf('\r') < 0;
    if (oneLine && JsonText.problem(output) == null) {
      json.writeRawValue(output);
    } else {
      json.writeString(output);
    }
  }

  private static void write(JsonGenerator json, ExecutionError error) throws IOException {
    json.writeObjectFieldStart(ERROR);
    json.writeStringField(NAME, error.getName());
    json.writeStringField("message", error.getMessage());
    if (error.getLine() != null) {
      json.writeNumberField("line", error.getLine());
    }
    if (error.getColumn() != null) {
      json.writeNumberField("column", error.getColumn());
    }
    if (error.getStack() != null) {
      json.writeStringField("stack", error.getStack());
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Usage usage) throws IOException {
    json.writeObjectFieldStart(USAGE);
    json.writeNumberField(QUEUE, usage.getQueueMicros());
    json.writeNumberField(CPU, usage.getCpuMicros());
    json.writeNumberField(WALL, usage.getWallMicros());
    json.writeNumberField("heapBytes", usage.getHeapBytes());
    json.writeNumberField("allocatedBytes", usage.getAllocatedBytes());
    json.writeEndObject();
  }

  private static void writeLogs(JsonGenerator json, ExecutionResult result) throws IOException {
    json.writeArrayFieldStart("logs");
    for (LogLine log : result.getLogs()) {
      json.writeStartObject();
      json.writeStringField("level", log.getLevel());
      json.writeStringField("message", log.getMessage());
      json.writeNumberField("sinceStartMicros", log.getSinceStartMicros());
      json.writeEndObject();
    }
    json.writeEndArray();
    if (result.getLogsTruncated()) {
      json.writeBooleanField("logsTruncated", true);
    }
  }
}
