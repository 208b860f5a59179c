package dev.paddock.sandbox;

import dev.paddock.sandbox.quota.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * A sandbox on a thread of the calling process, for scripts that are trusted not to be hostile: no
 * heap quota, no confinement, and a guest that does not stop keeps its thread. Called by
 * reflection, because it belongs to a class loader of its own.
 */
public final class SandboxThread {

  /** Unwinds a thread of a sandbox that has ended. */
  private static final class EndedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    EndedException(int status) {
      super("status " + status, null, false, false);
    }
  }

  private SandboxThread() {}

  /**
   * Starts one, which ends when its tasks do.
   *
   * @return its guest thread, which is done with its answers when it is no longer alive
   */
  public static Thread start(InputStream tasks, OutputStream answers) {
    return Thread.ofPlatform()
        .daemon()
        .name("guest")
        .stackSize(TaskLoop.USUAL_STACK_BYTES)
        .start(() -> run(tasks, answers));
  }

  private static void run(InputStream tasks, OutputStream answers) {
    // Whoever reads the answers learns by their end that the sandbox is no more.
    try (tasks;
        answers) {
      new TaskLoop(
              tasks,
              answers,
              Scope.THREAD,
              status -> {
                // The guard says that, and ends anyway; the guest's own thread cannot be reached.
                if (status != TaskLoop.UNSTOPPABLE) {
                  throw new EndedException(status);
                }
              })
          .run(List::of);
    } catch (EndedException | IOException e) {
      // It has ended, and said what it could.
    }
  }
}
