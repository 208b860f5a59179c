package dev.paddock.worker.pool;

import dev.paddock.sandbox.launch.SandboxJvm;
import java.io.IOException;
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
    List<Path> readable =
        Stream.concat(
                Stream.of(SandboxJvm.javaHome(), jvm.folder()), SYSTEM_FILES.stream().map(Path::of))
            .toList();
    return new SandboxCommand(jvm.command(maxHeapBytes), jvm.jars(), readable);
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
