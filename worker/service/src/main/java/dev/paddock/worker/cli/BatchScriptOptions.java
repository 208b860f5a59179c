package dev.paddock.worker.cli;

import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.Reuse;
import dev.paddock.schemas.ScriptKind;
import dev.paddock.schemas.ScriptReference;
import dev.paddock.schemas.TrustedContracts;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The script that a batch runs: a file, or one of the catalog. */
final class BatchScriptOptions extends ScriptFile {

  @Parameters(paramLabel = "SCRIPT", arity = "0..1", description = DESCRIPTION)
  private @Nullable Path file;

  @Option(
      names = "--script-id",
      paramLabel = "ID",
      description = "Instead of SCRIPT, a script of the tenant's in the catalog.")
  private @Nullable String id;

  @Option(
      names = "--script-version",
      paramLabel = "N",
      description = "Its version; the latest that is not disabled.")
  private @Nullable Integer version;

  @Option(
      names = "--reuse",
      description =
          "Evaluate the script, an ES module, once for many inputs, and call its default export for"
              + " each. What it keeps in its variables may or may not be there the next time.")
  private boolean reuse;

  /** Whether the script is read from standard input. */
  boolean isStdin() {
    return isStdin(file);
  }

  /** Says which script it is. */
  void addTo(ExecutionRequest.Builder request) {
    TrustedContracts.trust();
    if (reuse) {
      request.setReuse(Reuse.SCRIPT);
    }
    if (file == null && id != null) {
      if (version != null && version < 1) {
        throw CommandFailure.usage("--script-version is " + version + "; it must be 1 or more");
      }
      request.setScript(new ScriptReference(id, version));
    } else if (file != null && id == null && version == null) {
      InlineScript script = read(file);
      if (reuse && script.getKind() != ScriptKind.MODULE) {
        throw CommandFailure.usage(
            "--reuse needs an ES module: name the script .mjs, or use --module");
      }
      request.setScript(script);
    } else {
      throw CommandFailure.usage(
          "Name one script: a file, or with --script-id one of the catalog, with --script-version"
              + " if it is not to be the latest");
    }
  }
}
