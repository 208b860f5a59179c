package dev.paddock.local;

import java.io.IOException;

/** Ends this process when its parent does: the parent holds the other end of standard input. */
final class TiedToParent {

  private TiedToParent() {}

  /** Runs {@code end} on a thread of its own, once standard input ends, and then exits. */
  static void endWith(Runnable end) {
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
              end.run();
              System.exit(0);
            });
  }
}
