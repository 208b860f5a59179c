package dev.paddock.worker.cli.batch;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The small file beside a results file that says how to go on with an unfinished batch. */
final class ResumeFile {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path file;

  ResumeFile(Path results) {
    file = results.resolveSibling(results.getFileName() + ".resume");
  }

  /**
   * What the file holds.
   *
   * @param batch begins every execution id of the batch
   * @param window how far beyond the lowest unfinished line lines may be begun
   * @param script what is run: kind and SHA-256, or id and version
   * @param inputs name of the file of inputs
   * @param inputsBytes its size
   * @param form how inputs are read and results written
   * @param resultsTopic where the results come
   * @param nextOffsets offset by partition before which all results are written
   * @param requestOffsets the same of requests, before which there is none of an unfinished line
   * @param resultsBytes length of the results that are written
   * @param failuresBytes the same of those that have a file of their own
   */
  record State(
      String batch,
      int window,
      String script,
      String inputs,
      long inputsBytes,
      String form,
      String resultsTopic,
      TreeMap<Integer, Long> nextOffsets,
      TreeMap<Integer, Long> requestOffsets,
      long resultsBytes,
      long failuresBytes) {

    /** The first thing that differs from what the file was begun with, or null. */
    @Nullable String differenceFrom(State begun) {
      if (!batch.equals(begun.batch)) {
        return "another --batch name";
      }
      if (!script.equals(begun.script)) {
        return "another script";
      }
      if (!inputs.equals(begun.inputs) || inputsBytes != begun.inputsBytes) {
        return "other inputs (" + begun.inputs + ", " + begun.inputsBytes + " bytes)";
      }
      if (!form.equals(begun.form)) {
        return "other formats or files (" + begun.form + ")";
      }
      return resultsTopic.equals(begun.resultsTopic)
          ? null
          : "another results topic (" + begun.resultsTopic + ")";
    }

    State at(Map<Integer, Long> offsets, Map<Integer, Long> requests, long results, long failures) {
      return new State(
          batch,
          window,
          script,
          inputs,
          inputsBytes,
          form,
          resultsTopic,
          new TreeMap<>(offsets),
          new TreeMap<>(requests),
          results,
          failures);
    }
  }

  Path path() {
    return file;
  }

  Optional<State> read() throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    return Optional.of(JSON.readValue(file.toFile(), State.class));
  }

  /** Replaces the file as a whole: a crash leaves the old or the new one. */
  void write(State state) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    JSON.writeValue(next.toFile(), state);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  void delete() throws IOException {
    Files.deleteIfExists(file);
  }
}
