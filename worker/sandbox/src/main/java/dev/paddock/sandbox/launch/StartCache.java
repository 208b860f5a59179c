package dev.paddock.sandbox.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
      make(jvm);
    }
  }

  /** Whether there is one for this version of the JVM that is newer than the jars. */
  public static boolean isCurrent(SandboxJvm jvm) throws IOException {
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

  /**
   * Makes it, in about 10 seconds. Processes that do so at the same time do not disturb each other.
   *
   * @throws IOException where the folder cannot be written to, or the training fails
   */
  public static void make(SandboxJvm jvm) throws IOException, InterruptedException {
    Path unfinished =
        jvm.cache().resolveSibling(jvm.cache().getFileName() + "." + ProcessHandle.current().pid());
    List<String> command =
        new ArrayList<>(
            jvm.command(TRAINING_HEAP_BYTES, List.of("-XX:AOTCacheOutput=" + unfinished)));
    command.add(SandboxJvm.TRAIN);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // As sandboxes are started; what is in JAVA_TOOL_OPTIONS is for the worker.
    builder.environment().clear();
    Process process = builder.start();
    Thread abandon = new Thread(() -> end(process, unfinished), "abandon-training");
    Runtime.getRuntime().addShutdownHook(abandon);
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int status = process.waitFor();
      if (status != 0 || !Files.exists(unfinished)) {
        throw new IOException(
            "The training ended with exit status %d and no start cache: %s"
                .formatted(status, output.strip()));
      }
      Files.move(unfinished, jvm.cache(), StandardCopyOption.REPLACE_EXISTING);
    } finally {
      end(process, unfinished);
      forget(abandon);
    }
  }

  /** Ends it with the process that it starts in the end, which writes the cache. */
  private static void end(Process process, Path unfinished) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      Files.deleteIfExists(unfinished);
      Files.deleteIfExists(unfinished.resolveSibling(unfinished.getFileName() + ".config"));
    } catch (IOException e) {
      // A file that nobody looks at.
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is ending, and the hook does what it is for.
    }
  }
}
