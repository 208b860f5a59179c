package dev.paddock.sandbox.confine;

import dev.paddock.sandbox.wire.Protection;
import dev.paddock.sandbox.wire.Protection.Kind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What this process gives up, for good. {@link #begin} comes first, on the main thread; {@link
 * #finish} last, when all that the process will ever open is open. Landlock's rules are not made
 * here but inherited, since only so they bind every thread of a JVM; here they are tried.
 */
public final class Confinement {

  private static final int PR_SET_PDEATHSIG = 1;
  private static final int PR_SET_DUMPABLE = 4;
  private static final int SIGKILL = 9;

  private static final int RLIMIT_FSIZE = 1;
  private static final int RLIMIT_CORE = 4;
  private static final int RLIMIT_NOFILE = 7;

  private static final int SECCOMP_SET_MODE_FILTER = 1;
  private static final int SECCOMP_FILTER_FLAG_TSYNC = 1;

  private static final int EPERM = 1;
  private static final int EACCES = 13;
  private static final int AF_INET = 2;
  private static final int SOCK_STREAM = 1;

  private final @Nullable Processor processor = Processor.current();
  private final List<Protection> protections = new ArrayList<>();

  /**
   * Leaves the worker's process group, so that a Ctrl-C on its terminal is not meant for the
   * sandbox. It stays in the session: where Linux shares processors out by sessions
   * (sched_autogroup_enabled), a busy sandbox in one of its own gets as much as all that the worker
   * and a broker beside it do for it, which then waits.
   */
  public static void leaveGroup() {
    Libc.setpgid();
  }

  /** Loads what confining will need, and confines nothing. */
  public static void rehearse() {
    HardExit.prepare();
    Processor processor = Processor.current();
    if (processor != null) {
      int processId = (int) Libc.call(processor, SystemCall.GETPID);
      try (Arena arena = Arena.ofConfined()) {
        SystemCallFilter.program(processor, processId, arena);
      }
    }
  }

  /** What costs the JVM nothing. Called on the main thread, which lives as long as the process. */
  public void begin() {
    rehearse(); // a class that is first needed in the middle of it could not be loaded
    prctl(Kind.NO_NEW_PRIVILEGES, Libc.PR_SET_NO_NEW_PRIVS, 1);
    prctl(Kind.NOT_DUMPABLE, PR_SET_DUMPABLE, 0);
    prctl(Kind.DIES_WITH_PARENT, PR_SET_PDEATHSIG, SIGKILL);
  }

  /**
   * The rest: from now on nothing can be opened, also no class file that was never asked for.
   *
   * @return all that is in force, and what is not
   */
  public List<Protection> finish() {
    if (processor == null) {
      for (Kind kind :
          List.of(Kind.LANDLOCK_FILES, Kind.RESOURCE_LIMITS, Kind.SYSTEM_CALL_FILTER)) {
        protections.add(missing(kind));
      }
      return protections;
    }
    OpenJars.keep();
    tryLandlock(processor);
    limitResources(processor);
    filterSystemCalls(processor);
    return protections;
  }

  private void prctl(Kind kind, long option, long value) {
    if (processor == null) {
      protections.add(missing(kind));
      return;
    }
    add(kind, Libc.call(processor, SystemCall.PRCTL, option, value));
  }

  private void tryLandlock(Processor processor) {
    try (Arena arena = Arena.ofConfined()) {
      long root =
          Libc.call(
              processor, SystemCall.OPENAT, Libc.AT_FDCWD, arena.allocateFrom("/").address(), 0);
      tried(Kind.LANDLOCK_FILES, root == -EACCES, "5.13");
      if (!Libc.failed(root)) {
        Libc.call(processor, SystemCall.CLOSE, root);
      }
      MemorySegment nowhere = arena.allocate(16, 8); // struct sockaddr_in of port 0
      nowhere.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
      long socket = Libc.call(processor, SystemCall.SOCKET, AF_INET, SOCK_STREAM);
      long connected =
          Libc.call(processor, SystemCall.CONNECT, socket, nowhere.address(), nowhere.byteSize());
      tried(Kind.LANDLOCK_TCP, connected == -EACCES, "6.7");
      Libc.call(processor, SystemCall.CLOSE, socket);
    }
    long parent = Libc.call(processor, SystemCall.GETPPID);
    long signalled = Libc.call(processor, SystemCall.KILL, parent, 0);
    tried(Kind.LANDLOCK_SIGNALS, signalled == -EPERM, "6.12");
  }

  private void tried(Kind kind, boolean refused, String kernel) {
    protections.add(
        refused
            ? Protection.inForce(kind)
            : Protection.missing(kind, "needs Landlock of Linux " + kernel + " or newer"));
  }

  private void limitResources(Processor processor) {
    long result = 0;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment none = arena.allocate(16, 8); // struct rlimit64: current and maximum, both 0
      for (int resource : new int[] {RLIMIT_FSIZE, RLIMIT_CORE, RLIMIT_NOFILE}) {
        long limited = Libc.call(processor, SystemCall.PRLIMIT64, 0, resource, none.address(), 0);
        result = Libc.failed(limited) ? limited : result;
      }
    }
    add(Kind.RESOURCE_LIMITS, result);
  }

  private void filterSystemCalls(Processor processor) {
    int processId = (int) Libc.call(processor, SystemCall.GETPID);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment program = SystemCallFilter.program(processor, processId, arena);
      long result =
          Libc.call(
              processor,
              SystemCall.SECCOMP,
              SECCOMP_SET_MODE_FILTER,
              SECCOMP_FILTER_FLAG_TSYNC,
              program.address());
      if (result > 0) {
        protections.add(
            Protection.missing(
                Kind.SYSTEM_CALL_FILTER, "thread " + result + " cannot be made to follow it"));
      } else {
        add(Kind.SYSTEM_CALL_FILTER, result);
      }
    }
  }

  private void add(Kind kind, long result) {
    protections.add(
        Libc.failed(result)
            ? Protection.missing(kind, "the kernel refused it: " + Libc.reason(result))
            : Protection.inForce(kind));
  }

  private static Protection missing(Kind kind) {
    return Protection.missing(kind, "needs Linux on x86-64 or aarch64");
  }
}
