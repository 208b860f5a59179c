package dev.paddock.sandbox.confine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The seccomp filter: the system calls that a warmed JVM makes, and of some only the harmless
 * forms. All others fail as forbidden, so that the guest's engine sees an error, not its death. A
 * program of classic BPF as seccomp(2) describes it.
 */
final class SystemCallFilter {

  // Classic BPF: load a word of seccomp_data, jump if equal, jump if not below, return.
  private static final short LOAD = 0x20;
  private static final short JUMP_EQUAL = 0x15;
  private static final short JUMP_NOT_BELOW = 0x35;
  private static final short RETURN = 0x06;

  // Offsets in struct seccomp_data.
  private static final int NUMBER = 0;
  private static final int ARCHITECTURE = 4;
  private static final int FIRST_ARGUMENT = 16;

  private static final int KILL_PROCESS = 0x80000000;
  private static final int ALLOW = 0x7FFF0000;
  private static final int ERROR = 0x00050000;

  private static final int EPERM = 1;
  private static final int EACCES = 13;
  private static final int ENOTTY = 25;
  private static final int ENOSYS = 38;

  /** Numbers from here on are those of the x32 ABI, which shares x86-64's AUDIT_ARCH. */
  private static final int X32 = 0x40000000;

  private static final int FIONREAD = 0x541B;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int PR_SET_NAME = 15;

  /** What glibc's pthread_create passes to clone, and musl's, which adds CLONE_DETACHED. */
  private static final int[] NEW_THREAD = {0x3D0F00, 0x7D0F00};

  private static final SystemCall[] ALLOWED = {
    SystemCall.FUTEX,
    SystemCall.READ,
    SystemCall.WRITE,
    SystemCall.CLOCK_GETTIME,
    SystemCall.MPROTECT,
    SystemCall.MMAP,
    SystemCall.MUNMAP,
    SystemCall.MADVISE,
    SystemCall.GETTID,
    SystemCall.SCHED_YIELD,
    SystemCall.SCHED_GETAFFINITY,
    SystemCall.RT_SIGPROCMASK,
    SystemCall.RT_SIGRETURN,
    SystemCall.RT_SIGACTION,
    SystemCall.SIGALTSTACK,
    SystemCall.LSEEK,
    SystemCall.PREAD64,
    SystemCall.FSTAT,
    SystemCall.CLOSE,
    SystemCall.BRK,
    SystemCall.MREMAP,
    SystemCall.GETPID,
    SystemCall.TIMES,
    SystemCall.CLOCK_NANOSLEEP,
    SystemCall.RESTART_SYSCALL,
    SystemCall.GETRANDOM,
    SystemCall.MEMBARRIER,
    SystemCall.RSEQ,
    SystemCall.SET_ROBUST_LIST,
    SystemCall.EXIT,
    SystemCall.EXIT_GROUP,
  };

  /** One instruction: struct sock_filter. */
  private record Instruction(short code, int ifTrue, int ifFalse, int operand) {}

  private final Processor processor;
  private final List<Instruction> program = new ArrayList<>();

  private SystemCallFilter(Processor processor, int processId) {
    this.processor = processor;
    refuseOtherArchitectures();
    for (SystemCall call : ALLOWED) {
      answer(call, ALLOW);
    }
    answer(SystemCall.OPENAT, ERROR | EACCES);
    // The C library then falls back to clone, whose flags a filter can see.
    answer(SystemCall.CLONE3, ERROR | ENOSYS);
    allowOnly(SystemCall.CLONE, 0, NEW_THREAD, EPERM);
    allowOnly(SystemCall.TGKILL, 0, new int[] {processId}, EPERM);
    allowOnly(SystemCall.PRCTL, 0, new int[] {PR_SET_NAME}, EPERM);
    allowOnly(SystemCall.IOCTL, 1, new int[] {FIONREAD}, ENOTTY);
    allowOnly(SystemCall.NEWFSTATAT, 3, new int[] {AT_EMPTY_PATH}, EACCES);
    add(RETURN, 0, 0, ERROR | EPERM);
  }

  /** The filter for this process, as a struct sock_fprog. */
  static MemorySegment program(Processor processor, int processId, Arena arena) {
    return new SystemCallFilter(processor, processId).encode(arena);
  }

  private void refuseOtherArchitectures() {
    add(LOAD, 0, 0, ARCHITECTURE);
    add(JUMP_EQUAL, 1, 0, processor.auditArch());
    add(RETURN, 0, 0, KILL_PROCESS);
    add(LOAD, 0, 0, NUMBER);
    add(JUMP_NOT_BELOW, 0, 1, X32);
    add(RETURN, 0, 0, ERROR | EPERM);
  }

  private void answer(SystemCall call, int verdict) {
    add(JUMP_EQUAL, 0, 1, call.number(processor));
    add(RETURN, 0, 0, verdict);
  }

  /** Allows a call where the low word of one argument has one of the values, and no high word. */
  private void allowOnly(SystemCall call, int argument, int[] values, int errorOtherwise) {
    int low = FIRST_ARGUMENT + argument * Long.BYTES; // both processors are little-endian
    int verdicts = values.length + 2;
    add(JUMP_EQUAL, 0, verdicts + 3, call.number(processor));
    add(LOAD, 0, 0, low + Integer.BYTES);
    add(JUMP_EQUAL, 0, values.length + 1, 0);
    add(LOAD, 0, 0, low);
    for (int i = 0; i < values.length; i++) {
      add(JUMP_EQUAL, values.length - i, 0, values[i]);
    }
    add(RETURN, 0, 0, ERROR | errorOtherwise);
    add(RETURN, 0, 0, ALLOW);
  }

  private void add(short code, int ifTrue, int ifFalse, int operand) {
    program.add(new Instruction(code, ifTrue, ifFalse, operand));
  }

  private MemorySegment encode(Arena arena) {
    MemorySegment filter = arena.allocate(8L * program.size(), 8);
    long at = 0;
    for (Instruction instruction : program) {
      filter.set(ValueLayout.JAVA_SHORT, at, instruction.code());
      filter.set(ValueLayout.JAVA_BYTE, at + 2, (byte) instruction.ifTrue());
      filter.set(ValueLayout.JAVA_BYTE, at + 3, (byte) instruction.ifFalse());
      filter.set(ValueLayout.JAVA_INT, at + 4, instruction.operand());
      at += 8;
    }
    MemorySegment program = arena.allocate(16, 8);
    program.set(ValueLayout.JAVA_SHORT, 0, (short) this.program.size());
    program.set(ValueLayout.ADDRESS, 8, filter);
    return program;
  }
}
