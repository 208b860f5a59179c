package dev.paddock.worker.cli.batch;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
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
   * @param scriptVersion of a script of the catalog that was begun with the latest; null for others
   * @param terms what has to be the same to the end, by what it is called
   * @param nextOffsets offset by partition before which all results are written
   * @param requestOffsets the same of requests, before which there is none of an unfinished line
   * @param resultsBytes length of the results that are written
   * @param failuresBytes the same of those that have a file of their own
   */
  record State(
      String batch,
      int window,
      @Nullable Integer scriptVersion,
      LinkedHashMap<String, String> terms,
      TreeMap<Integer, Long> nextOffsets,
      TreeMap<Integer, Long> requestOffsets,
      long resultsBytes,
      long failuresBytes) {

    /** Where a batch begins. */
    static State first(
        String batch, int window, @Nullable Integer scriptVersion, Map<String, String> terms) {
      return new State(
          batch,
          window,
          scriptVersion,
          new LinkedHashMap<>(terms),
          new TreeMap<>(),
          new TreeMap<>(),
          0,
          0);
    }

    /** The first thing that is to be otherwise than it was begun with, or null. */
    @Nullable String differenceTo(Map<String, String> wanted) {
      for (Map.Entry<String, String> term : terms.entrySet()) {
        if (!term.getValue().equals(wanted.get(term.getKey()))) {
          return "another %s: %s".formatted(term.getKey(), term.getValue());
        }
      }
      return null;
    }

    State at(Map<Integer, Long> offsets, Map<Integer, Long> requests, long results, long failures) {
      return new State(
          batch,
          window,
          scriptVersion,
          terms,
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

  /**
   * Replaces the file as a whole: a crash, of the machine too, leaves the old or the new one. What
   * the state speaks of has to be on the disk before.
   */
  void write(State state) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    try (FileChannel channel =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(state));
      while (bytes.hasRemaining()) {
        var _ = channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  void delete() throws IOException {
    Files.deleteIfExists(file);
  }
}
