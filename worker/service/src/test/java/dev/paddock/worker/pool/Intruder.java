package dev.paddock.worker.pool;

import dev.paddock.sandbox.confine.Confinement;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A guest that has got out of its context and runs Java of its own in a sandbox process. Prints one
 * line per attack: its name, and what came of it, which for a system call is the error's number.
 * Knows the system calls of x86-64 and aarch64.
 */
final class Intruder {

  /** Written for an attack that the kernel let happen. */
  static final String DONE = "done";

  private static final boolean ON_ARM = System.getProperty("os.arch").equals("aarch64");

  private static final int NR_KILL = ON_ARM ? 129 : 62;
  private static final int NR_CLONE = ON_ARM ? 220 : 56;
  private static final int NR_CLONE3 = 435;
  private static final int NR_PTRACE = ON_ARM ? 117 : 101;
  private static final int NR_PRCTL = ON_ARM ? 167 : 157;
  private static final int NR_PROCESS_VM_READV = ON_ARM ? 270 : 310;
  private static final int NR_MEMFD_CREATE = ON_ARM ? 279 : 319;
  private static final int NR_EXIT_GROUP = ON_ARM ? 94 : 231;

  /** aarch64 has none, nor other calls that x86-64 keeps for old programs. */
  private static final int NR_FORK_ON_X86 = 57;

  private static final int SIGKILL = 9;
  private static final int SIGCHLD = 17;
  private static final int PTRACE_SEIZE = 0x4206;
  private static final int PR_SET_DUMPABLE = 4;

  /** Libraries of the JDK that nothing else loads: one for each round. */
  private static final String[] LIBRARIES = {"libprefs.so", "librmi.so"};

  private interface Attack {
    void run() throws Exception;
  }

  private final Path folder;
  private final int port;
  private final long[] victims;
  private final String hostName;
  private final long parent;
  private final long parentAddress;
  private final StructLayout state = Linker.Option.captureStateLayout();
  private final VarHandle errno = state.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private final MethodHandle syscall =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("syscall"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG),
              Linker.Option.firstVariadicArg(1),
              Linker.Option.captureCallState("errno"));
  private int round;

  private Intruder(
      Path folder, int port, String hostName, long parent, long parentAddress, long... victims) {
    this.parentAddress = parentAddress;
    this.folder = folder;
    this.hostName = hostName;
    this.parent = parent;
    this.port = port;
    this.victims = victims;
  }

  /**
   * Attacks twice and prints what came of the second time.
   *
   * @param args a folder with a file {@code secret}, a port that listens on loopback, a host's name
   *     (not localhost, which needs no file), its parent's process id, an address in the parent's
   *     memory, the process ids of two others to attack, of which each can be traced once, and
   *     "confined" where this process is to confine itself
   */
  public static void main(String[] args) {
    Security.setProperty("networkaddress.cache.ttl", "0");
    Security.setProperty("networkaddress.cache.negative.ttl", "0");
    Intruder intruder =
        new Intruder(
            Path.of(args[0]),
            Integer.parseInt(args[1]),
            args[2],
            Long.parseLong(args[3]),
            Long.parseLong(args[4]),
            Long.parseLong(args[5]),
            Long.parseLong(args[6]));
    Map<String, Attack> attacks = intruder.attacks();
    Confinement confinement = args.length > 7 ? new Confinement() : null;
    if (confinement != null) {
      Confinement.leaveGroup();
      confinement.begin();
    }
    // The first time loads what an attack needs, so that it does not fail for want of a class.
    attacks.forEach((_, attack) -> outcome(attack));
    if (confinement != null) {
      confinement.finish();
    }
    intruder.round = 1;
    attacks.forEach((name, attack) -> System.out.println(name + ": " + outcome(attack)));
    System.out.flush();
  }

  private static String outcome(Attack attack) {
    try {
      attack.run();
      return DONE;
    } catch (Exception | LinkageError e) {
      return String.valueOf(e).replace('\n', ' ');
    }
  }

  private Map<String, Attack> attacks() {
    Map<String, Attack> attacks = new LinkedHashMap<>();
    attacks.put("read a file", () -> Files.readString(folder.resolve("secret")));
    attacks.put("read the password file", () -> Files.readString(Path.of("/etc/passwd")));
    attacks.put(
        "ask whether a file exists",
        () -> require(Files.exists(folder.resolve("secret")), "no such file"));
    attacks.put("write a file", () -> Files.writeString(folder.resolve("written"), "text"));
    attacks.put(
        "delete a file",
        () -> {
          Files.createTempFile(folder, "doomed", "");
        });
    attacks.put("list a folder", () -> require(folder.toFile().list() != null, "cannot be listed"));
    attacks.put("connect", () -> new Socket(InetAddress.getLoopbackAddress(), port).close());
    attacks.put(
        "connect a channel",
        () ->
            SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .close());
    attacks.put(
        "send a datagram",
        () -> {
          try (DatagramSocket socket = new DatagramSocket()) {
            socket.send(new DatagramPacket(new byte[1], 1, InetAddress.getLoopbackAddress(), port));
          }
        });
    attacks.put("resolve a name", () -> InetAddress.getByName(hostName));
    attacks.put("list network interfaces", () -> NetworkInterface.getNetworkInterfaces());
    attacks.put(
        "bind a port", () -> new ServerSocket(0, 1, InetAddress.getLoopbackAddress()).close());
    attacks.put("execute a program", () -> new ProcessBuilder("/bin/true").start().waitFor());
    if (!ON_ARM) {
      attacks.put("fork", () -> endChild(call(NR_FORK_ON_X86)));
    }
    attacks.put("clone a process", () -> endChild(call(NR_CLONE, SIGCHLD)));
    attacks.put("clone a process the newer way", this::cloneByStruct);
    attacks.put("signal the parent", () -> call(NR_KILL, parent, 0));
    attacks.put("signal another process", () -> call(NR_KILL, victims[0], 0));
    attacks.put("trace another process", () -> call(NR_PTRACE, PTRACE_SEIZE, victims[round]));
    attacks.put("copy the parent's memory", this::copyParentsMemory);
    attacks.put("open the parent's memory", () -> readFirstByte("/proc/" + parent + "/mem"));
    attacks.put(
        "read the parent's environment", () -> readFirstByte("/proc/" + parent + "/environ"));
    attacks.put("read its own environment", () -> Files.readString(Path.of("/proc/self/status")));
    attacks.put(
        "load a native library",
        () -> System.load(System.getProperty("java.home") + "/lib/" + LIBRARIES[round]));
    attacks.put("make a file in memory", this::makeMemoryFile);
    attacks.put("become traceable again", () -> call(NR_PRCTL, PR_SET_DUMPABLE, 1));
    return attacks;
  }

  private void cloneByStruct() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment arguments = arena.allocate(64, 8); // struct clone_args, its first version
      arguments.set(ValueLayout.JAVA_LONG, 32, SIGCHLD); // exit_signal
      endChild(call(NR_CLONE3, arguments.address(), arguments.byteSize()));
    }
  }

  private void endChild(long child) throws IOException {
    if (child == 0) {
      call(NR_EXIT_GROUP, 0);
    }
    // A JVM's copy has lost all threads but one and may wait for them for ever, with our pipes
    // open.
    call(NR_KILL, child, SIGKILL);
  }

  private void copyParentsMemory() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(8);
      long here = area(arena, bytes.address());
      long there = area(arena, parentAddress);
      call(NR_PROCESS_VM_READV, parent, here, 1, there, 1);
    }
  }

  private static long area(Arena arena, long address) {
    MemorySegment area = arena.allocate(16, 8); // struct iovec
    area.set(ValueLayout.JAVA_LONG, 0, address);
    area.set(ValueLayout.JAVA_LONG, 8, 8);
    return area.address();
  }

  private void makeMemoryFile() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      call(NR_MEMFD_CREATE, arena.allocateFrom("name").address(), 0);
    }
  }

  private static void readFirstByte(String file) throws IOException {
    try (RandomAccessFile opened = new RandomAccessFile(file, "r")) {
      opened.getFilePointer();
    }
  }

  private long call(long number, long... arguments) throws IOException {
    long[] six = new long[6];
    System.arraycopy(arguments, 0, six, 0, arguments.length);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment after = arena.allocate(state);
      long result =
          (long) syscall.invokeExact(after, number, six[0], six[1], six[2], six[3], six[4], six[5]);
      require(result >= 0, "errno " + (int) errno.get(after, 0L));
      return result;
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static void require(boolean condition, String otherwise) throws IOException {
    if (!condition) {
      throw new IOException(otherwise);
    }
  }
}
