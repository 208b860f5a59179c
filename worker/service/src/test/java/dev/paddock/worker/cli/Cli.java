package dev.paddock.worker.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Starts the command line as a process of its own, as the launcher does. */
public final class Cli {

  private static final long TIMEOUT_SECONDS = 120;

  /** Of signal 2 in a mask of signals. */
  private static final long SIGINT_BIT = 0b10;

  private final Path folder;
  private int count;

  /** What came of a command. */
  public record Ended(int exitCode, String out, String err) {}

  /** A command that runs, with the files that its output goes to. */
  public record Running(Process process, Path out, Path err) {

    Ended await() throws IOException, InterruptedException {
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("The command did not end: " + Files.readString(err));
      }
      return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    void signal(String name) throws IOException, InterruptedException {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    }
  }

  /** Commands run in this folder, and their output goes there. */
  public Cli(Path folder) {
    this.folder = folder;
  }

  Ended run(String... arguments) throws IOException, InterruptedException {
    return start(Map.of(), arguments).await();
  }

  /** Runs with a text on standard input. */
  Ended pipe(String stdin, String... arguments) throws IOException, InterruptedException {
    Running running = start(Map.of(), arguments);
    try (var in = running.process().outputWriter()) {
      in.write(stdin);
    }
    return running.await();
  }

  /** Starts one; it is killed with this process at the latest. */
  public Running start(Map<String, String> environment, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(heedingInterrupts());
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (List.of(arguments).contains("worker")) {
      // As outside of tests, whose own is on this class path.
      command.add("-Dlogback.configurationFile=logback.xml");
    }
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dpaddock.home=" + System.getProperty("paddock.home"),
            "-cp",
            System.getProperty("java.class.path"),
            Paddock.class.getName()));
    command.addAll(Arrays.asList(arguments));
    Path out = folder.resolve("out-" + count);
    Path err = folder.resolve("err-" + count++);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    // No sandbox lives long enough here for more to pay.
    builder.environment().put("PADDOCK_POOL_SPARES", "0");
    builder.environment().put("PADDOCK_SANDBOX_COMPILATION", "quick");
    builder.environment().putAll(environment);
    Process process = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return new Running(process, out, err);
  }

  /**
   * A shell's background jobs ignore SIGINT, and so does, by inheritance, every JVM below them:
   * where the tests are such a job, commands have to be started as if they were not.
   */
  private static List<String> heedingInterrupts() throws IOException {
    Path status = Path.of("/proc/self/status");
    boolean ignored =
        Files.exists(status)
            && Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                .anyMatch(signals -> (signals & SIGINT_BIT) != 0);
    return ignored ? List.of("env", "--default-signal=INT") : List.of();
  }
}
