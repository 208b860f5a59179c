package dev.paddock.sandbox.confine;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** The few functions of the C library that the sandbox calls. */
final class Libc {

  /** For {@code prctl}: no program started from now on gains rights. */
  static final int PR_SET_NO_NEW_PRIVS = 38;

  /** For {@code openat}: paths begin in the working directory. */
  static final long AT_FDCWD = -100;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  /** How the kernel, unlike the C library, says that a call failed: -4095 to -1. */
  private static final long MAX_ERRNO = 4095;

  private static final MethodHandle SYSCALL =
      handle(
          "syscall",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG),
          Linker.Option.captureCallState("errno"),
          Linker.Option.firstVariadicArg(1));

  private static final MethodHandle SETPGID =
      handle(
          "setpgid",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  private static final MethodHandle STRERROR =
      handle("strerror", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));

  private Libc() {}

  /**
   * Makes a system call; missing arguments are 0.
   *
   * @return its result, or the negative error number
   */
  static long call(Processor processor, SystemCall call, long... arguments) {
    long[] five = new long[5];
    System.arraycopy(arguments, 0, five, 0, arguments.length);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CALL_STATE);
      long result =
          (long)
              SYSCALL.invokeExact(
                  state,
                  (long) call.number(processor),
                  five[0],
                  five[1],
                  five[2],
                  five[3],
                  five[4]);
      return result == -1 ? -(long) (int) ERRNO.get(state, 0L) : result;
    } catch (Throwable e) {
      throw new IllegalStateException(call + " cannot be called", e);
    }
  }

  static boolean failed(long result) {
    return result < 0 && result >= -MAX_ERRNO;
  }

  /** The C library's words for a failed result of {@link #call}. */
  static String reason(long result) {
    try {
      MemorySegment text = (MemorySegment) STRERROR.invokeExact((int) -result);
      return text.reinterpret(256).getString(0);
    } catch (Throwable e) {
      return "error " + -result;
    }
  }

  /** Makes this process a group of its own. Fails harmlessly where it leads a session. */
  static void setpgid() {
    try {
      var _ = (int) SETPGID.invokeExact(0, 0);
    } catch (Throwable e) {
      throw new IllegalStateException("setpgid cannot be called", e);
    }
  }

  static MethodHandle handle(String name, FunctionDescriptor descriptor, Linker.Option... options) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, options);
  }
}
