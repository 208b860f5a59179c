package dev.paddock.worker.cli;

import dev.paddock.sandbox.launch.SandboxJvm;
import dev.paddock.sandbox.launch.StartCache;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The start cache of the launcher's own JVM: of a worker, and of every other command. */
public final class WorkerStart {

  /** Where the launcher looks for it. */
  private static final String PROPERTY = "paddock.start.cache";

  private WorkerStart() {}

  /** The cache that the launcher would use, or none where this was not started by it. */
  static Optional<StartCache> cache() {
    return file()
        .map(
            file ->
                cache(
                    file,
                    System.getProperty("java.class.path"),
                    Paddock.home(),
                    WorkerTraining.class.getName()));
  }

  /**
   * A cache for the launcher's JVM.
   *
   * @param classPath jars
   * @param training the main class that is run for it
   */
  static StartCache cache(Path file, String classPath, Path home, String training) {
    return new StartCache(
        file,
        List.of(
            SandboxJvm.javaHome().resolve("bin/java").toString(),
            // As in the launcher, or its JVM would not take it.
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            // Any below 32 GiB, where references are compressed.
            "-Xmx256m",
            // It tells much of what it leaves out.
            "-Xlog:aot*=error,cds*=error",
            "-Dpaddock.home=" + home,
            "-cp",
            classPath),
        List.of(training));
  }

  /** Options of the JVM with which a command starts as the launcher would start it. */
  public static List<String> options() {
    return file()
        .filter(file -> file.toFile().canRead())
        .map(file -> List.of("-XX:AOTCache=" + file, "-Xlog:aot*=off,cds*=off"))
        .orElse(List.of());
  }

  private static Optional<Path> file() {
    return Optional.ofNullable(System.getProperty(PROPERTY)).map(Path::of);
  }
}
