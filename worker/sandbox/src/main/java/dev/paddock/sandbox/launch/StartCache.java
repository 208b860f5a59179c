package dev.paddock.sandbox.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the sandbox's start cache: lets a sandbox run real executions and keeps, by the JDK's
 * ahead-of-time cache (JEP 483, 514, 515), which classes it loaded and what was worth compiling.
 */
public final class StartCache {

  /** Any heap that is large enough for the training; the cache serves other sizes as well. */
  private static final long TRAINING_HEAP_BYTES = 32 << 20;

  private StartCache() {}

  /**
   * Makes the cache where there is none that is newer than the jars.
   *
   * @param args the folder of the sandbox's jars
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    SandboxJvm jvm = SandboxJvm.in(Path.of(args[0]));
    if (!isCurrent(jvm)) {
      System.out.println("Training sandboxes to start faster: takes about 10 seconds ...");
      train(jvm);
    }
  }

  private static boolean isCurrent(SandboxJvm jvm) throws IOException {
    if (!Files.exists(jvm.cache())) {
      return false;
    }
    FileTime made = Files.getLastModifiedTime(jvm.cache());
    for (Path jar : jvm.jars()) {
      if (Files.getLastModifiedTime(jar).compareTo(made) >= 0) {
        return false;
      }
    }
    return true;
  }

  private static void train(SandboxJvm jvm) throws IOException, InterruptedException {
    Path unfinished = jvm.cache().resolveSibling(jvm.cache().getFileName() + ".new");
    List<String> command =
        new ArrayList<>(
            jvm.command(TRAINING_HEAP_BYTES, List.of("-XX:AOTCacheOutput=" + unfinished)));
    command.add(SandboxJvm.TRAIN);
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    int status = process.waitFor();
    if (status != 0 || !Files.exists(unfinished)) {
      throw new IOException("The training ended with exit status " + status + " and no cache");
    }
    Files.move(unfinished, jvm.cache(), StandardCopyOption.REPLACE_EXISTING);
  }
}
