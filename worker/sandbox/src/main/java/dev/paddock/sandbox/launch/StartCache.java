package dev.paddock.sandbox.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What lets a JVM start faster: the JDK's ahead-of-time cache (JEP 483, 514) of a program that was
 * run for it, which keeps the classes that it loaded. It is made with the class path and the
 * options of the JVM that is to use it.
 *
 * @param file where it lies or will. Its name has to begin with {@code start-}, to go on with the
 *     version of the JVM and a dash, and to end with what tells these jars from others: up to
 *     25.0.3 the JVM does not notice that jars have changed, and runs the classes that it has kept
 *     (JDK-8377932)
 * @param jvm the command of the JVM, with its options and the class path
 * @param training the program that shows the JVM what there is to keep, and its arguments. It runs
 *     in an empty folder of its own, which is java.io.tmpdir as well
 */
public record StartCache(Path file, List<String> jvm, List<String> training) {

  /**
   * The training's profiles are left out: by them, much is compiled at once where there is a start
   * to make, and compiled for other work than what comes. A sandbox is faster by them for its first
   * ten thousand executions, and slower by a third up to its hundred thousandth.
   */
  private static final List<String> NO_PROFILES =
      List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTRecordTraining");

  /** How much of what a training that failed has printed is told. */
  private static final int LINES_TOLD = 3;

  /**
   * Makes a sandbox's cache where there is none.
   *
   * @param args the folder of the sandbox's jars
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    StartCache cache = SandboxJvm.in(Path.of(args[0])).startCache();
    if (!cache.isThere()) {
      System.out.println("Training sandboxes to start faster: takes about 10 seconds ...");
      cache.make();
    }
  }

  /** Whether it is there. */
  public boolean isThere() {
    return Files.exists(file);
  }

  /**
   * Makes it, in about 10 seconds. Processes that do so at the same time do not disturb each other.
   *
   * @throws IOException where the folder cannot be written to, or the training fails
   */
  public void make() throws IOException, InterruptedException {
    Path unfinished = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid());
    Path folder = Files.createTempDirectory("paddock-training");
    List<String> command = new ArrayList<>(jvm);
    command.addAll(NO_PROFILES);
    command.add("-XX:AOTCacheOutput=" + unfinished);
    command.add("-Djava.io.tmpdir=" + folder);
    command.addAll(training);
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    // As sandboxes are started; what is in JAVA_TOOL_OPTIONS is for the worker that runs.
    builder.environment().clear();
    Process process = builder.start();
    Thread abandon = new Thread(() -> end(process, unfinished, folder), "abandon-training");
    Runtime.getRuntime().addShutdownHook(abandon);
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int status = process.waitFor();
      if (status != 0 || !Files.exists(unfinished)) {
        throw new IOException(
            "The training ended with exit status %d and no start cache: %s"
                .formatted(status, end(output)));
      }
      Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
      deleteEarlier();
    } finally {
      end(process, unfinished, folder);
      forget(abandon);
    }
  }

  /** Those of this JVM for jars that were there before. */
  private void deleteEarlier() throws IOException {
    String name = file.getFileName().toString();
    String ofThisJvm = name.substring(0, name.lastIndexOf('-') + 1);
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(
            file.toAbsolutePath().getParent(),
            other ->
                other.getFileName().toString().startsWith(ofThisJvm)
                    && other.toString().endsWith(".aot")
                    && !other.getFileName().equals(file.getFileName()))) {
      for (Path earlier : files) {
        Files.deleteIfExists(earlier);
      }
    }
  }

  private static String end(String output) {
    List<String> lines = output.strip().lines().toList();
    return String.join(" / ", lines.subList(Math.max(0, lines.size() - LINES_TOLD), lines.size()));
  }

  /** Ends it with the process that it starts in the end, which writes the cache. */
  private static void end(Process process, Path unfinished, Path folder) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try (Stream<Path> files = Files.walk(folder)) {
      Files.deleteIfExists(unfinished);
      Files.deleteIfExists(unfinished.resolveSibling(unfinished.getFileName() + ".config"));
      for (Path one : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(one);
      }
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
