package dev.paddock.worker.cli;

import dev.paddock.sandbox.launch.SandboxJvm;
import dev.paddock.sandbox.launch.StartCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The start caches of sandboxes and of the worker, made by whoever may write where they lie. */
@Command(
    name = "prepare",
    description = {
      "Makes what lets workers, other commands and sandboxes start faster on this machine's Java.",
      "",
      "Run this once after unpacking Paddock and after each update of Java, as a user who may write"
          + " to its folder, and again where its jars are others. A worker that may do so makes by"
          + " itself what its sandboxes need. Everything works without, too."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:It is there for sandboxes; a line says so where it is not for the worker.",
      "1:It could not be made for sandboxes; the last line says why.",
      "2:The command line is wrong."
    })
final class PrepareCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException, InterruptedException {
    SandboxJvm jvm = jvm();
    StartCache ofSandboxes = jvm.startCache();
    if (!ofSandboxes.isThere()) {
      if (!Files.isWritable(jvm.folder())) {
        throw new CommandFailure(
            "The folder %s cannot be written to: run this as a user who may"
                .formatted(jvm.folder()));
      }
      say("Training sandboxes to start faster: takes about 10 seconds ...");
      ofSandboxes.make();
    }
    say("Sandboxes start by " + ofSandboxes.file());
    Optional<StartCache> ofWorker = WorkerStart.cache();
    if (ofWorker.isPresent()) {
      prepareWorker(ofWorker.get());
    }
    return 0;
  }

  private void prepareWorker(StartCache cache) throws InterruptedException {
    try {
      if (!cache.isThere()) {
        say("Training the worker to start faster: takes about 15 seconds ...");
        cache.make();
      }
      say("Workers and commands start by " + cache.file());
    } catch (IOException e) {
      say("Workers and commands start slower than they could: " + e.getMessage());
    }
  }

  /** Makes the cache for a worker where there is none; where that is impossible, says so. */
  static void forWorker(Logger log) throws InterruptedException {
    SandboxJvm jvm = jvm();
    if (jvm.startCache().isThere()) {
      return;
    }
    try {
      if (Files.isWritable(jvm.folder())) {
        log.info("Training sandboxes to start faster, once for this Java: takes about 10 seconds");
        jvm.startCache().make();
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
