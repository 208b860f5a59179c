package dev.paddock.loadtest;

import dev.paddock.loadtest.InProcess.Work;
import dev.paddock.sandbox.launch.SandboxJvm;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A JVM that runs {@link InProcess}, with the options and the start cache of a sandbox. */
final class Companion implements AutoCloseable {

  /**
   * CPU time of so many runs, in ns.
   *
   * @param process all of the JVM
   * @param runner the thread that ran the scripts
   * @param guard the thread that watches quotas
   */
  record Cpu(long process, long runner, long guard) {}

  private final LineProcess process;

  private Companion(LineProcess process) {
    this.process = process;
  }

  /**
   * Starts it.
   *
   * @param home the folder that has the sandbox's jars in {@code sandbox/}
   */
  static Companion start(Path home) throws IOException {
    List<String> command =
        new ArrayList<>(
            SandboxJvm.in(home.resolve("sandbox")).command(Workload.LIMITS.heapBytes()));
    command.removeLast();
    // At the end: the start cache asks for the sandbox's own class path at the beginning.
    command.add(command.removeLast() + File.pathSeparator + ownClasses());
    command.add(InProcess.class.getName());
    return new Companion(LineProcess.start(command));
  }

  /** Runs so many there. */
  Cpu run(Work work, int count) throws IOException {
    long[] nanos = process.ask(work + " " + count);
    return new Cpu(nanos[0], nanos[1], nanos[2]);
  }

  @Override
  public void close() {
    process.close();
  }

  private static Path ownClasses() {
    try {
      return Path.of(InProcess.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
