package dev.paddock.sandbox.launch;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * The command line of a sandbox process, for this process's own JDK.
 *
 * @param folder the sandbox's jars, absolute
 */
public record SandboxJvm(Path folder) {

  /** Argument that asks a sandbox to confine itself before its first task. */
  public static final String CONFINED = "confined";

  /** Argument that asks for real executions without a worker, from which the JVM learns. */
  public static final String TRAIN = "train";

  /** Option of the JVM for sandboxes that are not meant to live long. */
  public static final String QUICK_COMPILATION = "-XX:TieredStopAtLevel=1";

  private static final String MAIN_CLASS = "dev.paddock.sandbox.Sandbox";

  /** Any heap that is large enough for the training; the cache serves other sizes as well. */
  private static final long TRAINING_HEAP_BYTES = 32 << 20;

  /**
   * The young generation, in MiB: short runs die in it, so that the old one shows what is retained.
   */
  private static final long YOUNG_MIB = 24;

  /** Options of the JVM that make the heap quota exact. */
  public static final List<String> COLLECTOR =
      List.of(
          "-XX:+UseSerialGC",
          "-Xmn" + YOUNG_MIB + "m",
          // Or three of four full collections leave garbage of up to a twentieth of the heap, which
          // would be taken for what scripts retain.
          "-XX:MarkSweepDeadRatio=0");

  /** What the engine itself keeps in the old generation, with room to grow, in MiB. */
  private static final long OWN_MIB = 40;

  /**
   * The sandbox in a folder.
   *
   * @throws IllegalStateException where the jars are missing
   */
  public static SandboxJvm in(Path folder) {
    SandboxJvm jvm = new SandboxJvm(folder.toAbsolutePath());
    if (jvm.jars().stream().noneMatch(jar -> jar.toString().contains("paddock-sandbox"))) {
      throw new IllegalStateException(
          "No sandbox jar in " + folder + "; build Paddock with: mvn package");
    }
    return jvm;
  }

  /** The JDK that runs it. */
  public static Path javaHome() {
    return Path.of(System.getProperty("java.home"));
  }

  /**
   * The command for guests that may retain up to a number of bytes, with the start cache where
   * there is one.
   */
  public List<String> command(long maxHeapBytes) {
    Path cache = cache();
    List<String> command =
        jvm(maxHeapBytes, Files.isReadable(cache) ? List.of("-XX:AOTCache=" + cache) : List.of());
    command.add(MAIN_CLASS);
    return command;
  }

  /** What lets it start faster, made by real executions. */
  public StartCache startCache() {
    return new StartCache(cache(), jvm(TRAINING_HEAP_BYTES, List.of()), List.of(MAIN_CLASS, TRAIN));
  }

  private Path cache() {
    CRC32 sum = new CRC32();
    try {
      for (Path jar : jars()) {
        sum.update(
            "%s %d %d%n"
                .formatted(
                    jar.getFileName(),
                    Files.size(jar),
                    Files.getLastModifiedTime(jar).to(TimeUnit.SECONDS))
                .getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The sandbox's jars cannot be looked at in " + folder, e);
    }
    return folder.resolve("start-%s-%08x.aot".formatted(Runtime.version(), sum.getValue()));
  }

  /** The jars in the order of the class path. */
  public List<Path> jars() {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("The sandbox's jars cannot be listed in " + folder, e);
    }
  }

  private List<String> jvm(long maxHeapBytes, List<String> cacheOptions) {
    // Half as much again, because a quota is noticed only after it was passed.
    long heapMib = OWN_MIB + YOUNG_MIB + (maxHeapBytes >> 20) * 3 / 2;
    List<String> command = new ArrayList<>();
    command.add(javaHome().resolve("bin/java").toString());
    command.addAll(cacheOptions);
    command.addAll(COLLECTOR);
    command.addAll(
        List.of(
            "-Xmx" + heapMib + "m",
            "-XX:MaxMetaspaceSize=128m",
            // It cannot look for a container's limits, and has one busy thread.
            "-XX:-UseContainerSupport",
            "-XX:ActiveProcessorCount=2",
            "-XX:-UsePerfData",
            "-XX:+DisableAttachMechanism",
            // Standard output is for messages alone.
            "-XX:+SuppressFatalErrorMessage",
            "-XX:+DisplayVMOutputToStderr",
            "-Xlog:disable",
            "-Xlog:all=error:stderr",
            "-Xrs",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dpolyglotimpl.AttachLibraryFailureAction=ignore",
            "-Duser.language=en",
            "-Duser.country=US",
            "-Duser.timezone=UTC",
            "-Dfile.encoding=UTF-8",
            "-cp",
            jars().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator))));
    return command;
  }
}
