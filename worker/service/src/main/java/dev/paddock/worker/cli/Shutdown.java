package dev.paddock.worker.cli;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns SIGINT and SIGTERM into a request to stop, and holds the JVM until the command has come to
 * its end.
 */
final class Shutdown implements AutoCloseable {

  /** Exit code of a command that Ctrl-C has ended before its time. */
  static final int INTERRUPTED = 130;

  private final CountDownLatch requested = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook;

  /**
   * Begins to listen.
   *
   * @param patienceMillis how long the JVM is held at most
   */
  Shutdown(long patienceMillis) {
    hook =
        new Thread(
            () -> {
              requested.countDown();
              try {
                if (!finished.await(patienceMillis, TimeUnit.MILLISECONDS)) {
                  Logs.tell("Stopping takes too long; ended the hard way");
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Whether the command should come to its end. */
  boolean isRequested() {
    return requested.getCount() == 0;
  }

  /**
   * Runs this once the command should, on a thread of its own; at once where that is so already.
   */
  void onRequest(Runnable action) {
    Thread.ofPlatform()
        .daemon()
        .name("stopping")
        .start(
            () -> {
              try {
                requested.await();
                action.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  /** Starts something; the wait for it ends early where the command should stop meanwhile. */
  <T> T whileStarting(Callable<T> start) throws Exception {
    Starting starting = new Starting(Thread.currentThread());
    onRequest(starting::interrupt);
    try {
      return start.call();
    } finally {
      starting.end();
    }
  }

  /** A thread that may be interrupted for as long as it starts something. */
  private static final class Starting {
    private final Thread thread;
    private boolean ended;

    Starting(Thread thread) {
      this.thread = thread;
    }

    synchronized void interrupt() {
      if (!ended) {
        thread.interrupt();
      }
    }

    /** What comes now may be closing, which needs its time. */
    synchronized void end() {
      ended = true;
      var _ = Thread.interrupted();
    }
  }

  /** Waits until it should. */
  void await() throws InterruptedException {
    requested.await();
  }

  /** The command has cleaned up; the JVM may end. */
  @Override
  public void close() {
    finished.countDown();
    if (!isRequested()) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The JVM is ending; the hook runs, and finds that everything is finished.
      }
    }
  }
}
