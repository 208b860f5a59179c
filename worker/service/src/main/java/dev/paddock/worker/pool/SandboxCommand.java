package dev.paddock.worker.pool;

import dev.paddock.sandbox.launch.SandboxJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** How a sandbox process is started. */
public final class SandboxCommand {

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
  private final List<Path> jars;
  private final List<Path> readable;

  SandboxCommand(List<String> command, List<Path> jars, List<Path> readable) {
    this.command = List.copyOf(command);
    this.jars = List.copyOf(jars);
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
    SandboxJvm jvm = SandboxJvm.in(home.resolve("sandbox"));
    List<Path> readable = new ArrayList<>(List.of(SandboxJvm.javaHome(), jvm.folder()));
    readable.addAll(linkedFrom(SandboxJvm.javaHome()));
    SYSTEM_FILES.forEach(file -> readable.add(Path.of(file)));
    return new SandboxCommand(jvm.command(maxHeapBytes), jvm.jars(), readable);
  }

  /**
   * What the links below a folder lead to outside it. Linux distributions keep the configuration of
   * their JDK in {@code /etc} and link to it.
   */
  static List<Path> linkedFrom(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      Path real = folder.toRealPath();
      return files
          .filter(file -> Files.isSymbolicLink(file) && Files.exists(file))
          .map(SandboxCommand::target)
          .filter(target -> !target.startsWith(real))
          .distinct()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("The JDK in " + folder + " cannot be read", e);
    }
  }

  private static Path target(Path link) {
    try {
      return link.toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The sandbox's jars. */
  List<Path> jars() {
    return jars;
  }

  /** The files and folders that it must be able to read. */
  List<Path> readable() {
    return readable;
  }

  /** The same with one more argument. */
  SandboxCommand with(String argument) {
    return new SandboxCommand(
        Stream.concat(command.stream(), Stream.of(argument)).toList(), jars, readable);
  }

  /** The same with one more option of the JVM. */
  SandboxCommand withJvmOption(String option) {
    List<String> longer = new ArrayList<>(command);
    longer.add(1, option);
    return new SandboxCommand(longer, jars, readable);
  }

  /** Starts one, in an empty environment. */
  Process start(Path workingFolder) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(workingFolder.toFile());
    builder.environment().clear();
    return builder.start();
  }
}
