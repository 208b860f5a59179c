package dev.paddock.local;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** A JVM that is our child, writes a log file, and ends when its standard input does. */
final class ChildJvm implements AutoCloseable {

  private static final Duration START_TIMEOUT = Duration.ofSeconds(90);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(15);
  private static final long POLL_MILLIS = 50;
  private static final int LOG_LINES_SHOWN = 15;

  private final String name;
  private final Process process;
  private final Path log;
  private final long logged;

  private ChildJvm(String name, Process process, Path log, long logged) {
    this.name = name;
    this.process = process;
    this.log = log;
    this.logged = logged;
  }

  /**
   * Starts a main class of this package.
   *
   * @param name what to call it in messages
   * @param options JVM options
   * @param classPath jars and folders, this class's own is added
   * @param log where its output goes, appended
   */
  static ChildJvm start(
      String name,
      List<String> options,
      String classPath,
      Class<?> mainClass,
      List<String> arguments,
      Path log) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1"); // starts soonest
    command.addAll(options);
    command.add("-cp");
    command.add(ownLocation() + File.pathSeparator + classPath);
    command.add(mainClass.getName());
    command.addAll(arguments);
    try {
      long logged = Files.exists(log) ? Files.size(log) : 0;
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      // Quarkus would end on Ctrl-C by itself; see TiedToParent.
      builder.environment().put("DISABLE_SIGNAL_HANDLERS", "true");
      return new ChildJvm(name, builder.start(), log, logged);
    } catch (IOException e) {
      throw new LocalServiceException("The " + name + " cannot be started: " + e.getMessage(), e);
    }
  }

  /** Waits until it serves; ends it where it does not in time. */
  void awaitReady(BooleanSupplier ready) {
    try {
      waitFor(ready);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new LocalServiceException("Interrupted while the " + name + " started", e);
    } catch (LocalServiceException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private void waitFor(BooleanSupplier ready) throws InterruptedException {
    long begin = System.nanoTime();
    while (!ready.getAsBoolean()) {
      if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new LocalServiceException(
            "The " + name + " ended with status " + process.exitValue() + lastLines(), portTaken());
      }
      if (System.nanoTime() - begin > START_TIMEOUT.toNanos()) {
        throw new LocalServiceException(
            "The " + name + " did not start in " + START_TIMEOUT.toSeconds() + " s" + lastLines());
      }
    }
  }

  long pid() {
    return process.pid();
  }

  /** Asks it to end, and ends it by force where it does not in time. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private boolean portTaken() {
    try {
      return ownLog().contains("already in use");
    } catch (IOException e) {
      return false;
    }
  }

  /** What this process wrote, without what earlier ones did. */
  private String ownLog() throws IOException {
    try (InputStream in = Files.newInputStream(log)) {
      in.skipNBytes(logged);
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String lastLines() {
    try {
      List<String> lines = ownLog().lines().toList();
      return lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()).stream()
          .collect(Collectors.joining("\n  ", "; the end of " + log + ":\n  ", ""));
    } catch (IOException e) {
      return "; its log " + log + " cannot be read";
    }
  }

  private static Path ownLocation() {
    try {
      return Path.of(ChildJvm.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
