package dev.paddock.worker.cli;

import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.ScriptKind;
import dev.paddock.schemas.TrustedContracts;
import dev.paddock.worker.Utf8;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a command reads a script from a file. */
abstract class ScriptFile {

  private static final String STDIN = "-";

  static final String DESCRIPTION =
      "JavaScript file, or - for standard input. A file that ends in .mjs is an ES module, whose"
          + " default export is called with (input, context); any other is a plain script: the"
          + " global `input` holds the input, the value of the last expression is the output.";

  @Option(names = "--module", description = "Read SCRIPT as an ES module, however its name ends.")
  private boolean module;

  @Option(
      names = "--import",
      paramLabel = "NAME=FILE",
      description =
          "A module that the script may import by this name, besides itself. May be repeated.")
  private Map<String, Path> modules = Map.of();

  /** Whether a path stands for standard input. */
  static boolean isStdin(@Nullable Path file) {
    return file != null && file.toString().equals(STDIN);
  }

  /** Reads the script. */
  InlineScript read(Path file) {
    String path = file.toString();
    boolean fromStdin = isStdin(file);
    boolean isModule = module || path.endsWith(".mjs");
    TrustedContracts.trust();
    return InlineScript.newBuilder()
        .setName(name(file, isModule))
        .setKind(isModule ? ScriptKind.MODULE : ScriptKind.SCRIPT)
        .setSource(
            text(
                fromStdin ? "standard input" : path,
                () -> fromStdin ? System.in.readAllBytes() : Files.readAllBytes(file)))
        .setModules(readModules())
        .build();
  }

  private Map<String, String> readModules() {
    Map<String, String> sources = new HashMap<>();
    modules.forEach(
        (specifier, path) ->
            sources.put(
                specifier.startsWith("./") ? specifier.substring(2) : specifier,
                text(path.toString(), () -> Files.readAllBytes(path))));
    return sources;
  }

  private static String name(Path file, boolean isModule) {
    if (isStdin(file)) {
      return isModule ? "stdin.mjs" : "stdin.js";
    }
    return String.valueOf(file.getFileName());
  }

  /** What gives a file's bytes. */
  private interface Bytes {
    byte[] read() throws IOException;
  }

  private static String text(String shown, Bytes bytes) {
    try {
      String text = Utf8.textOf(bytes.read());
      if (text == null) {
        throw CommandFailure.usage("The script " + shown + " is not UTF-8 text");
      }
      return text;
    } catch (IOException e) {
      throw unreadable("script", shown, e);
    }
  }

  /** A file that the user named and that cannot be read. */
  static CommandFailure unreadable(String what, String path, IOException cause) {
    String reason =
        switch (cause) {
          case java.nio.file.NoSuchFileException _ -> "there is no such file";
          case java.nio.file.AccessDeniedException _ -> "permission denied";
          default -> new UncheckedIOException(cause).getMessage();
        };
    return CommandFailure.usage("The " + what + " " + path + " cannot be read: " + reason);
  }
}
