package dev.paddock.worker.cli.batch;

import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.Limits;
import dev.paddock.worker.JsonText;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file of inputs, a JSON text each line, for one script. */
public final class InputFile implements Feed, Closeable {

  private final Path file;
  private final int maxInputBytes;
  private final String tenant;
  private final InlineScript script;
  private final @Nullable Limits limits;
  private final Lines lines;
  private long line;

  /**
   * Opens the file.
   *
   * @param maxInputBytes longer lines are bad
   * @param limits null for the worker's defaults
   */
  public InputFile(
      Path file, int maxInputBytes, String tenant, InlineScript script, @Nullable Limits limits)
      throws IOException {
    this.file = file;
    this.maxInputBytes = maxInputBytes;
    this.tenant = tenant;
    this.script = script;
    this.limits = limits;
    lines = new Lines(Files.newInputStream(file), maxInputBytes);
  }

  /** How many lines a file has. */
  public static long count(Path file) throws IOException {
    long count = 0;
    try (Lines lines = new Lines(Files.newInputStream(file), 0)) {
      while (lines.next() != null) {
        count++;
      }
    }
    return count;
  }

  @Override
  public @Nullable Item next() throws IOException {
    Lines.Line read = lines.next();
    if (read == null) {
      return null;
    }
    line++;
    if (read.length() > maxInputBytes) {
      return bad("it has " + read.length() + " bytes; " + maxInputBytes + " allowed");
    }
    String input;
    try {
      input = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(read.bytes())).toString();
    } catch (CharacterCodingException e) {
      return bad("it is not UTF-8 text");
    }
    String problem = JsonText.problem(input);
    return problem == null ? request(input.strip()) : bad(problem);
  }

  @Override
  public boolean skip() throws IOException {
    line++;
    return lines.next() != null;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }

  private Item request(String input) {
    return new Item.Request(
        ExecutionRequest.newBuilder()
            .setTenant(tenant)
            .setScript(script)
            .setInput(input)
            .setLimits(limits));
  }

  private Item bad(String message) {
    return new Item.Bad(file.getFileName() + " line " + line + ": " + message);
  }
}
