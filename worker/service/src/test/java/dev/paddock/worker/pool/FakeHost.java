package dev.paddock.worker.pool;

import dev.paddock.sandbox.wire.Message;
import dev.paddock.sandbox.wire.MessageWriter;
import dev.paddock.sandbox.wire.Protection;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongSupplier;

/**
 * A sandbox without a process: says what it was given to say, whatever it is asked, and is silent
 * from then on until it is destroyed.
 */
final class FakeHost implements SandboxHost {

  private final long id;
  private final ByteArrayInputStream said;
  private final LongSupplier cpuMillis;
  private final CountDownLatch silent = new CountDownLatch(1);
  private final CountDownLatch destroyed = new CountDownLatch(1);
  private final CompletableFuture<Void> end = new CompletableFuture<>();

  FakeHost(long id, LongSupplier cpuMillis, byte[] said) {
    this.id = id;
    this.cpuMillis = cpuMillis;
    this.said = new ByteArrayInputStream(said);
  }

  /** The bytes that messages are on the pipe, and some more. */
  static byte[] bytes(List<Message> messages, int... more) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      MessageWriter writer = new MessageWriter(bytes);
      for (Message message : messages) {
        writer.write(message);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    for (int one : more) {
      bytes.write(one);
    }
    return bytes.toByteArray();
  }

  /** Waits until all was read that it has to say. */
  void awaitSilence() throws InterruptedException {
    silent.await();
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
    return OutputStream.nullOutputStream();
  }

  @Override
  public InputStream answers() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
      }

      @Override
      public int read(byte[] buffer, int from, int length) throws IOException {
        int count = said.read(buffer, from, length);
        if (count < 0) {
          silent.countDown();
          try {
            destroyed.await();
          } catch (InterruptedException e) {
            throw new InterruptedIOException();
          }
        }
        return count;
      }
    };
  }

  @Override
  public InputStream errors() {
    return InputStream.nullInputStream();
  }

  @Override
  public boolean isAlive() {
    return !end.isDone();
  }

  @Override
  public boolean isAbandoned() {
    return false;
  }

  @Override
  public void destroy() {
    destroyed.countDown();
    end.complete(null);
  }

  @Override
  public void onEnd(Runnable callback) {
    var _ = end.thenRun(callback);
  }

  @Override
  public String ending() {
    return "";
  }

  @Override
  public long cpuMillis() {
    return cpuMillis.getAsLong();
  }

  @Override
  public long residentBytes() {
    return 0;
  }

  @Override
  public List<Protection> protections(List<Protection> found) {
    return found;
  }
}
