package dev.paddock.worker.pool;

import dev.paddock.sandbox.wire.Protection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A sandbox on a thread of this process. Destroying it ends its pipes; a guest that does not stop
 * keeps its thread, which nobody can end.
 */
final class ThreadHost implements SandboxHost {

  private final long id;
  private final Thread guest;
  private final OutputStream tasks;
  private final InputStream answers;
  private final CompletableFuture<Void> end = new CompletableFuture<>();

  ThreadHost(long id, Thread guest, OutputStream tasks, InputStream answers) {
    this.id = id;
    this.guest = guest;
    this.tasks = tasks;
    this.answers = answers;
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public boolean isProcess() {
    return false;
  }

  @Override
  public OutputStream tasks() {
    return tasks;
  }

  @Override
  public InputStream answers() {
    return answers;
  }

  @Override
  public InputStream errors() {
    return InputStream.nullInputStream();
  }

  @Override
  public boolean isAlive() {
    return guest.isAlive() && !end.isDone();
  }

  @Override
  public boolean isAbandoned() {
    return end.isDone() && guest.isAlive();
  }

  @Override
  public void destroy() {
    try (tasks;
        answers) {
      end.complete(null);
    } catch (IOException e) {
      throw new UncheckedIOException("A pipe within this process cannot be closed", e);
    }
  }

  @Override
  public void onEnd(Runnable callback) {
    var _ = end.thenRun(callback);
  }

  @Override
  public String ending() {
    return "";
  }

  /** Its guard counts; from outside nothing but time is to be seen. */
  @Override
  public long cpuMillis() {
    return 0;
  }

  @Override
  public long residentBytes() {
    return 0;
  }

  @Override
  public List<Protection> protections(List<Protection> found) {
    return List.of();
  }
}
