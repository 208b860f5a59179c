package dev.paddock.worker.pool;

import dev.paddock.sandbox.confine.Landlock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Starts processes from one thread of its own, which has restricted itself before: its children are
 * restricted from their first instruction, and die with it. Nothing else may run on that thread,
 * because threads begun there are restricted too: no logging, no virtual threads.
 */
final class Spawner implements AutoCloseable {

  private static final long CLOSE_SECONDS = 10;

  private record Order(
      SandboxCommand command, Path workingFolder, CompletableFuture<Process> started) {}

  private final BlockingQueue<Order> orders = new LinkedBlockingQueue<>();
  private volatile String problem = "";
  private final Thread thread;

  /**
   * @param readable what its children may read and execute, or null to restrict nothing
   */
  Spawner(@Nullable List<Path> readable) {
    thread = Thread.ofPlatform().daemon().name("sandbox-spawner").start(() -> serve(readable));
  }

  /** Why children are not restricted, or an empty text; known once one was started. */
  String problem() {
    return problem;
  }

  Process start(SandboxCommand command, Path workingFolder)
      throws IOException, InterruptedException {
    CompletableFuture<Process> started = new CompletableFuture<>();
    orders.add(new Order(command, workingFolder, started));
    try {
      return started.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException refused ? refused : new IOException(e);
    }
  }

  /** Ends the thread, and by that every child that is confined. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(@Nullable List<Path> readable) {
    Throwable broken = restrict(readable);
    try {
      while (true) {
        Order order = orders.take();
        try {
          if (broken != null) {
            throw new IOException("The thread that starts sandboxes is broken: " + broken, broken);
          }
          order.started.complete(order.command.start(order.workingFolder));
        } catch (IOException e) {
          order.started.completeExceptionally(e);
        }
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  /** Whatever is wrong must reach those who wait for a process. */
  private @Nullable Throwable restrict(@Nullable List<Path> readable) {
    try {
      String refused = readable == null ? null : Landlock.restrictThisThread(readable);
      problem = refused == null ? "" : refused;
      return null;
    } catch (RuntimeException | LinkageError e) {
      return e;
    }
  }
}
