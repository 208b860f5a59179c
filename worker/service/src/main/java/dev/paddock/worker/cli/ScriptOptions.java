package dev.paddock.worker.cli;

import dev.paddock.schemas.InlineScript;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** The script that a command runs. */
final class ScriptOptions extends ScriptFile {

  @Parameters(paramLabel = "SCRIPT", description = DESCRIPTION)
  private @Nullable Path file;

  /** Reads the script. */
  InlineScript read() {
    return read(Objects.requireNonNull(file)); // picocli saw to it
  }
}
