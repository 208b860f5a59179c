package dev.paddock.worker.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A temporary folder with all that is in it.
 *
 * @param root the folder
 */
public record FolderTree(Path root) {

  /**
   * Deletes it all.
   *
   * @throws IOException where something cannot be deleted; the rest stays
   */
  public void delete() throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
