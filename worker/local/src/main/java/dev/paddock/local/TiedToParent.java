package dev.paddock.local;

import java.io.IOException;
import java.time.Duration;

/** Ends this process when its parent does: the parent holds the other end of standard input. */
final class TiedToParent {

  /** A clean end takes half a second; a hanging one must not outlive the parent for long. */
  private static final Duration LONGEST_END = Duration.ofSeconds(10);

  private TiedToParent() {}

  /** Runs {@code end} on a thread of its own, once standard input ends, and then exits. */
  static void endWith(Runnable end) throws ReflectiveOperationException {
    ignore("INT");
    ignore("HUP");
    Thread.ofPlatform()
        .daemon()
        .name("tied-to-parent")
        .start(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // Nobody writes; only the end matters.
                }
              } catch (IOException e) {
                // The parent is gone.
              }
              Thread.ofPlatform().daemon().name("last-resort").start(TiedToParent::haltInTheEnd);
              end.run();
              System.exit(0);
            });
  }

  /**
   * Ctrl-C reaches every process of the terminal, but its parent still needs the service to end
   * cleanly, and says when it does not. By reflection, since the compiler warns of any other use.
   */
  private static void ignore(String signal) throws ReflectiveOperationException {
    Class<?> type = Class.forName("sun.misc.Signal");
    Class<?> handler = Class.forName("sun.misc.SignalHandler");
    type.getMethod("handle", type, handler)
        .invoke(
            null,
            type.getConstructor(String.class).newInstance(signal),
            handler.getField("SIG_IGN").get(null));
  }

  private static void haltInTheEnd() {
    try {
      Thread.sleep(LONGEST_END);
    } catch (InterruptedException e) {
      // Nobody interrupts; if somebody does, the end is due anyway.
    }
    Runtime.getRuntime().halt(1);
  }
}
