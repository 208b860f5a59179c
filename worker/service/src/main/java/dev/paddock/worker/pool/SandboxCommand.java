package dev.paddock.worker.pool;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How a sandbox process is started. */
public final class SandboxCommand {

  private static final String MAIN_CLASS = "dev.paddock.sandbox.Sandbox";

  /**
   * The young generation, in MiB: short runs die in it, so that the old one shows what is retained.
   */
  private static final long YOUNG_MIB = 24;

  /** What the engine itself keeps in the old generation, with room to grow, in MiB. */
  private static final long OWN_MIB = 40;

  /** What a JVM needs of the system beside itself: libraries, and sources of randomness. */
  private static final List<String> SYSTEM_FILES =
      List.of(
          "/lib",
          "/lib64",
          "/usr/lib64",
          "/usr/lib/x86_64-linux-gnu",
          "/usr/lib/aarch64-linux-gnu",
          "/etc/ld.so.cache",
          "/dev/random",
          "/dev/urandom");

  private final List<String> command;
  private final List<Path> readable;

  SandboxCommand(List<String> command, List<Path> readable) {
    this.command = List.copyOf(command);
    this.readable = List.copyOf(readable);
  }

  /**
   * The command for sandboxes whose guests may retain up to a number of bytes.
   *
   * @param home the folder that has the sandbox's jars in {@code sandbox/}
   * @param maxHeapBytes the highest heap limit of any task, in bytes
   * @throws IllegalStateException where the jars are missing
   */
  public static SandboxCommand of(Path home, long maxHeapBytes) {
    Path java = Path.of(System.getProperty("java.home"));
    Path jars = home.toAbsolutePath().resolve("sandbox");
    // Half as much again, because a quota is noticed only after it was passed.
    long heapMib = OWN_MIB + YOUNG_MIB + (maxHeapBytes >> 20) * 3 / 2;
    List<String> command =
        List.of(
            java.resolve("bin/java").toString(),
            "-XX:+UseSerialGC",
            "-Xmx" + heapMib + "m",
            "-Xmn" + YOUNG_MIB + "m",
            "-XX:MaxMetaspaceSize=128m",
            // It cannot look for a container's limits, and has one busy thread.
            "-XX:-UseContainerSupport",
            "-XX:ActiveProcessorCount=2",
            "-XX:-UsePerfData",
            "-XX:+DisableAttachMechanism",
            "-XX:+SuppressFatalErrorMessage",
            "-XX:+DisplayVMOutputToStderr",
            "-Xrs",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dpolyglotimpl.AttachLibraryFailureAction=ignore",
            "-Duser.language=en",
            "-Duser.country=US",
            "-Duser.timezone=UTC",
            "-Dfile.encoding=UTF-8",
            "-cp",
            classPath(jars),
            MAIN_CLASS);
    List<Path> readable =
        Stream.concat(Stream.of(java, jars), SYSTEM_FILES.stream().map(Path::of)).toList();
    return new SandboxCommand(command, readable);
  }

  /** The files and folders that it must be able to read. */
  List<Path> readable() {
    return readable;
  }

  /** The same with one more argument. */
  SandboxCommand with(String argument) {
    return new SandboxCommand(
        Stream.concat(command.stream(), Stream.of(argument)).toList(), readable);
  }

  /** Starts one, in an empty environment. */
  Process start(Path workingFolder) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(workingFolder.toFile());
    builder.environment().clear();
    return builder.start();
  }

  private static String classPath(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      String jars =
          files
              .map(Path::toString)
              .filter(name -> name.endsWith(".jar"))
              .sorted()
              .collect(Collectors.joining(File.pathSeparator));
      if (!jars.contains("paddock-sandbox")) {
        throw new IllegalStateException(
            "No sandbox jar in " + folder + "; build Paddock with: mvn package");
      }
      return jars;
    } catch (IOException e) {
      throw new UncheckedIOException("The sandbox's jars cannot be listed in " + folder, e);
    }
  }
}
