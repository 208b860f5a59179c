package dev.paddock.worker.cli.batch;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A feed that is read ahead by a thread of its own, so that inputs which are long in coming hold up
 * neither results nor a stop.
 */
final class Prefetched implements Feed, Closeable {

  /** Each may be as large as an input may be. */
  private static final int AHEAD = 64;

  /** Longer than the reading thread needs where there is something to read. */
  private static final long PATIENCE_MILLIS = 2;

  private final BlockingQueue<Read> queue = new ArrayBlockingQueue<>(AHEAD);
  private final Thread thread;
  private boolean ended;

  /** What the thread hands over. */
  private sealed interface Read {
    record One(Item item) implements Read {}

    record End() implements Read {}

    record Failed(Exception failure) implements Read {}
  }

  Prefetched(Feed feed) {
    // A daemon: nothing ends a read of standard input.
    thread = Thread.ofPlatform().daemon().name("inputs").start(() -> readAll(feed));
  }

  private void readAll(Feed feed) {
    try {
      try {
        for (Item item = feed.next(); item != null; item = feed.next()) {
          queue.put(new Read.One(item));
        }
        queue.put(new Read.End());
      } catch (IOException | RuntimeException e) {
        queue.put(new Read.Failed(e));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public @Nullable Item next() throws IOException {
    if (ended) {
      return null;
    }
    try {
      return switch (queue.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
        case null -> new Item.Later();
        case Read.One(Item item) -> item;
        case Read.End _ -> {
          ended = true;
          yield null;
        }
        case Read.Failed(IOException failure) -> throw failure;
        case Read.Failed(RuntimeException failure) -> throw failure;
        case Read.Failed(Exception failure) -> throw new IOException(failure);
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while inputs were read");
    }
  }

  @Override
  public boolean skip() throws IOException {
    Item item = next();
    while (item instanceof Item.Later) {
      item = next();
    }
    return item != null;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
