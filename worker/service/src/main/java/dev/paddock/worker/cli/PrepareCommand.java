package dev.paddock.worker.cli;

import dev.paddock.sandbox.launch.SandboxJvm;
import dev.paddock.sandbox.launch.StartCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The start cache of sandboxes, made by whoever may write where it lies. */
@Command(
    name = "prepare",
    description = {
      "Makes what lets sandboxes start faster on this machine's Java.",
      "",
      "A worker does so itself where it may write to the folder of the sandbox's jars. Where it"
          + " may not, as in an image or in a folder that root owns, run this once after unpacking"
          + " Paddock and after each update of Java. Sandboxes work without it, too."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:It is there.",
      "1:It could not be made; the last line says why.",
      "2:The command line is wrong."
    })
final class PrepareCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException, InterruptedException {
    SandboxJvm jvm = jvm();
    if (!StartCache.isCurrent(jvm)) {
      if (!Files.isWritable(jvm.folder())) {
        throw new CommandFailure(
            "The folder %s cannot be written to: run this as a user who may"
                .formatted(jvm.folder()));
      }
      say("Training sandboxes to start faster: takes about 10 seconds ...");
      StartCache.make(jvm);
    }
    say("Sandboxes start by " + jvm.cache());
    return 0;
  }

  /** Makes the cache for a worker where there is none; where that is impossible, says so. */
  static void forWorker(Logger log) throws InterruptedException {
    SandboxJvm jvm = jvm();
    try {
      if (StartCache.isCurrent(jvm)) {
        return;
      }
      if (Files.isWritable(jvm.folder())) {
        log.info("Training sandboxes to start faster, once for this Java: takes about 10 seconds");
        StartCache.make(jvm);
        return;
      }
      log.warn(
          "Sandboxes start slower than they could: there is no start cache for Java {}, and {}"
              + " cannot be written to. 'paddock prepare' makes it, run by a user who may write",
          Runtime.version(),
          jvm.folder());
    } catch (IOException e) {
      log.warn("Sandboxes start slower than they could: {}", String.valueOf(e.getMessage()));
    }
  }

  private static SandboxJvm jvm() {
    Path folder = Paddock.home().resolve("sandbox");
    return SandboxJvm.in(folder);
  }

  private void say(String line) {
    var out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
