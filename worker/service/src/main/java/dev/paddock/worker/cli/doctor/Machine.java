package dev.paddock.worker.cli.doctor;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import dev.paddock.sandbox.launch.SandboxJvm;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.Isolation;
import dev.paddock.worker.config.PoolConfig;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What this machine has, against what the configured pool needs. The arithmetic is that of
 * docs/sizing.md.
 */
public final class Machine {

  private static final int JDK = 25;

  private static final long MIB = 1L << 20;

  /** What a worker takes beyond its heap. */
  private static final long WORKER_BYTES = 160 * MIB;

  /** A sandbox that is warm, without what scripts make it keep. */
  private static final long SANDBOX_BYTES = 200 * MIB;

  /** More sandboxes on a core than this only help scripts that wait for most of their time. */
  private static final int MANY_ON_A_CORE = 4;

  /** A worker without sandboxes: jars, connections to brokers and the registry. */
  private static final long WORKER_FILES = 256;

  /** Pipes and what watches a process. */
  private static final long SANDBOX_FILES = 8;

  private static final long WORKER_THREADS = 100;
  private static final long SANDBOX_THREADS = 30;

  private static final Pattern PROCESS_LIMIT = Pattern.compile("Max processes\\s+(\\d+)");

  /**
   * The resources of a machine, as far as they are known.
   *
   * @param memoryBytes of the machine, or of the container that this runs in
   * @param files that a process may have open
   * @param threads that this user, or this container, may have
   */
  record Resources(int cores, long memoryBytes, OptionalLong files, OptionalLong threads) {

    static Resources here() {
      var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
      return new Resources(
          Runtime.getRuntime().availableProcessors(),
          system.getTotalMemorySize(),
          system instanceof UnixOperatingSystemMXBean unix
              ? OptionalLong.of(unix.getMaxFileDescriptorCount())
              : OptionalLong.empty(),
          mostThreads());
    }
  }

  private Machine() {}

  /**
   * Looks at this machine.
   *
   * @param home the folder that has the sandbox's jars in {@code sandbox/}
   */
  public static Section examine(Configuration settings, Path home) {
    List<Finding> findings = new ArrayList<>();
    findings.add(jdk());
    findings.add(startCache(home));
    findings.addAll(capacity(settings, Resources.here(), Runtime.getRuntime().maxMemory()));
    return new Section("Machine", findings);
  }

  /**
   * @param heapBytes what the worker's heap may grow to
   */
  static List<Finding> capacity(Configuration settings, Resources has, long heapBytes) {
    List<Finding> findings = new ArrayList<>();
    findings.add(cores(settings.pool(), has.cores()));
    findings.add(memory(settings, has.memoryBytes(), heapBytes));
    long sandboxes = sandboxes(settings.pool());
    has.files()
        .ifPresent(
            most ->
                findings.add(
                    enough(
                        "open files",
                        most,
                        WORKER_FILES + SANDBOX_FILES * sandboxes,
                        "raise the limit (ulimit -n, LimitNOFILE=)")));
    has.threads()
        .ifPresent(
            most ->
                findings.add(
                    enough(
                        "threads",
                        most,
                        WORKER_THREADS + SANDBOX_THREADS * sandboxes,
                        "raise the limit (ulimit -u, TasksMax=, or a container's pids limit)")));
    return findings;
  }

  private static Finding jdk() {
    String found =
        "%s, %s, in %s"
            .formatted(Runtime.version(), System.getProperty("java.vendor"), SandboxJvm.javaHome());
    return Runtime.version().feature() == JDK
        ? Finding.ok("JDK", found)
        : Finding.warning(
            "JDK", found, "Paddock is tested with JDK " + JDK + "; set JAVA_HOME to one");
  }

  private static Finding startCache(Path home) {
    SandboxJvm jvm = new SandboxJvm(home.resolve("sandbox").toAbsolutePath());
    if (Files.isDirectory(jvm.folder()) && jvm.startCache().isThere()) {
      return Finding.ok("start cache", "there for this JDK");
    }
    return Files.isWritable(jvm.folder())
        ? Finding.ok("start cache", "none for this JDK yet; the first worker makes it")
        : Finding.warning(
            "start cache",
            "none for this JDK, so that sandboxes start slower than they could",
            "run `paddock prepare` as a user who may write to " + jvm.folder());
  }

  private static Finding cores(PoolConfig pool, int cores) {
    String found = "%d, for pool.size %d".formatted(cores, pool.size());
    if (pool.size() == 1) {
      return Finding.warning(
          "cores",
          found + ": one script at a time, so that a slow one holds up everybody",
          "set pool.size to 2 or more");
    }
    return pool.size() > MANY_ON_A_CORE * cores
        ? Finding.warning(
            "cores",
            found + ": scripts that compute only take turns",
            "lower pool.size, unless scripts wait for most of their time")
        : Finding.ok("cores", found);
  }

  private static Finding memory(Configuration settings, long machine, long heapBytes) {
    long worker = heapBytes + WORKER_BYTES;
    long sandboxes = sandboxes(settings.pool());
    long kept = settings.limits().ceilings().heapBytes() * 3 / 2;
    long most = worker + sandboxes * (SANDBOX_BYTES + kept);
    long warm = worker + sandboxes * SANDBOX_BYTES;
    String found =
        "%s here; the worker may take %s%s"
            .formatted(
                mib(machine),
                mib(worker),
                sandboxes == 0
                    ? ""
                    : ", each of %d sandboxes %s: %s"
                        .formatted(sandboxes, mib(SANDBOX_BYTES + kept), mib(most)));
    String remedy =
        "lower pool.size, limits.ceiling.heap.bytes or the worker's heap"
            + " (JDK_JAVA_OPTIONS=-Xmx512m), or have more memory";
    if (warm > machine) {
      return Finding.problem(
          "memory", found + "; %s of it without hostile scripts".formatted(mib(warm)), remedy);
    }
    return most > machine
        ? Finding.warning(
            "memory",
            found + "; the kernel may have to end sandboxes that use what they may",
            remedy)
        : Finding.ok("memory", found);
  }

  /** Processes; none where scripts run in the worker. */
  private static long sandboxes(PoolConfig pool) {
    return pool.isolation() == Isolation.CONTEXT ? 0 : (long) pool.size() + pool.spares();
  }

  private static Finding enough(String subject, long most, long needed, String remedy) {
    String found = "%d allowed, some %d needed".formatted(most, needed);
    return most < needed
        ? Finding.problem(subject, found, remedy + " to " + 2 * needed + " or more")
        : Finding.ok(subject, found);
  }

  private static OptionalLong mostThreads() {
    OptionalLong ofUser = number(Path.of("/proc/self/limits"), PROCESS_LIMIT);
    OptionalLong ofContainer =
        number(Path.of("/sys/fs/cgroup/pids.max"), Pattern.compile("^(\\d+)"));
    if (ofUser.isPresent() && ofContainer.isPresent()) {
      return OptionalLong.of(Math.min(ofUser.getAsLong(), ofContainer.getAsLong()));
    }
    return ofUser.isPresent() ? ofUser : ofContainer;
  }

  /** Empty where there is no limit, or no such file. */
  private static OptionalLong number(Path file, Pattern pattern) {
    try {
      Matcher matcher = pattern.matcher(Files.readString(file));
      return matcher.find()
          ? OptionalLong.of(Long.parseLong(matcher.group(1)))
          : OptionalLong.empty();
    } catch (IOException | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  private static String mib(long bytes) {
    return "%d MiB".formatted(bytes / MIB);
  }
}
