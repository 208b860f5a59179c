package dev.paddock.loadtest;

import dev.paddock.worker.cli.Paddock;
import dev.paddock.worker.cli.WorkerStart;
import dev.paddock.worker.pool.ResidentMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A worker in a process of its own, and what it and its sandboxes use. */
final class WorkerProcess implements AutoCloseable {

  /**
   * CPU time so far, in ns, in steps of 10 ms.
   *
   * @param worker the worker's own
   * @param sandboxes its sandboxes', of those that have ended as of the last look
   */
  record Cpu(long worker, long sandboxes) {

    Cpu since(Cpu earlier) {
      return new Cpu(worker - earlier.worker, sandboxes - earlier.sandboxes);
    }
  }

  /**
   * Resident memory, in bytes.
   *
   * @param worker the worker's own
   * @param sandboxes its sandboxes' that live
   */
  record Memory(long worker, long sandboxes) {}

  /** What the launcher gives a worker's JVM. */
  private static final List<String> LAUNCHER = List.of("-XX:+UseSerialGC", "-XX:-UsePerfData");

  private static final String HISTOGRAM_TOTAL = "Total ";

  private static final long STOP_SECONDS = 30;

  private final Process process;
  private final Path log;
  private final CpuMeter sandboxes = new CpuMeter();

  private WorkerProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts one as the launcher does, that logs to a file; does not wait until it works. */
  static WorkerProcess start(Map<String, String> settings, Path log) throws IOException {
    return new WorkerProcess(launch(LAUNCHER, settings, log), log);
  }

  /** The same with a heap of a fixed size, all of which is resident from the start. */
  static WorkerProcess startWithHeap(String size, Map<String, String> settings, Path log)
      throws IOException {
    List<String> options = new ArrayList<>(LAUNCHER);
    options.addAll(List.of("-Xms" + size, "-Xmx" + size, "-XX:+AlwaysPreTouch"));
    return new WorkerProcess(launch(options, settings, log), log);
  }

  /** The same as a bare process, with options for its JVM. */
  static Process launch(List<String> options, Map<String, String> settings, Path log)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(WorkerStart.options());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dpaddock.home=" + Paddock.home(),
            "-cp",
            System.getProperty("java.class.path"),
            Paddock.class.getName(),
            "worker"));
    settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    // A measurement that is stopped must not leave it behind.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    return process;
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  /**
   * Looks whether it still works.
   *
   * @throws IllegalStateException where it has ended; says what it logged
   */
  void requireAlive() throws IOException {
    if (!process.isAlive()) {
      throw new IllegalStateException(
          "The worker ended with status %d:%n%s"
              .formatted(process.exitValue(), Files.readString(log)));
    }
  }

  /**
   * What it has used.
   *
   * @throws IllegalStateException where it has ended; says what it logged
   */
  Cpu cpu() throws IOException {
    requireAlive();
    return new Cpu(Pen.cpuNanos(process.toHandle()), sandboxes.total(process.descendants()));
  }

  /** What it has now. */
  Memory memory() {
    return new Memory(
        ResidentMemory.of(process.pid()),
        process.descendants().mapToLong(child -> ResidentMemory.of(child.pid())).sum());
  }

  /**
   * What its heap holds after a full collection, in bytes.
   *
   * @throws IllegalStateException where it has ended, or does not say
   */
  long liveHeap() throws IOException, InterruptedException {
    requireAlive();
    List<String> lines = Jcmd.ask(process.pid(), "GC.class_histogram");
    return lines.stream()
        .filter(line -> line.startsWith(HISTOGRAM_TOTAL))
        .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "jcmd did not say what the worker's heap holds: " + lines));
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
