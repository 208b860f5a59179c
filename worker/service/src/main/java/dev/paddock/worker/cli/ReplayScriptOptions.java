package dev.paddock.worker.cli;

import dev.paddock.schemas.InlineScript;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The script that runs instead of those that requests have. */
final class ReplayScriptOptions extends ScriptFile {

  @Option(
      names = "--script",
      paramLabel = "SCRIPT",
      description =
          "Run this file instead of each request's own script, with what that may import: what would"
              + " the change have done? A file that ends in .mjs is an ES module.")
  private @Nullable Path file;

  /** Reads the script; null where none is named. */
  @Nullable InlineScript script() {
    return file == null ? null : read(file);
  }
}
