package dev.paddock.sandbox.confine;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Ends this process without asking the JVM. Runtime.halt waits for a safepoint, which a guest
 * inside a long BigInt operation never reaches.
 */
public final class HardExit {

  private static final MethodHandle EXIT =
      Libc.handle("_exit", FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));

  private HardExit() {}

  /** Links the call, so that nothing has to be loaded when it is needed. */
  public static void prepare() {
    EXIT.type();
  }

  /** Never returns. */
  public static void now(int status) {
    try {
      EXIT.invokeExact(status);
    } catch (Throwable e) {
      throw new IllegalStateException("_exit failed", e);
    }
  }
}
