package dev.paddock.loadtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a command's report goes. */
final class ReportFolder {

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description =
          "Where the report goes. Default: a new folder COMMAND-DATE-TIME, such as"
              + " load-20260131-120000.")
  private @Nullable Path folder;

  /**
   * Makes it.
   *
   * @param command whose report it is
   * @param begun when that was begun
   */
  Path make(String command, Instant begun) throws IOException {
    Path chosen = folder == null ? Path.of(command + "-" + STAMP.format(begun)) : folder;
    return Files.createDirectories(chosen.toAbsolutePath());
  }
}
