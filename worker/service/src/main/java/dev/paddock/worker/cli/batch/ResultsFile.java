package dev.paddock.worker.cli.batch;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import org.apache.avro.AvroRuntimeException;
import org.jspecify.annotations.Nullable;

/**
 * Results on their way into a file or a pipe. Of a file, what is noted of it while it is written is
 * its length when it was {@link #secure secured}: cut to that, it has whole results, and says which
 * lines are finished.
 */
final class ResultsFile implements Closeable {

  private static final int BUFFER_BYTES = 64 << 10;

  private final Counted out;
  private final ResultForm.Writer writer;
  private final @Nullable FileChannel file;

  /** Knows how much went through it. */
  private static final class Counted extends FilterOutputStream {

    private long count;

    Counted(OutputStream out, long count) {
      super(new BufferedOutputStream(out, BUFFER_BYTES));
      this.count = count;
    }

    @Override
    public void write(int one) throws IOException {
      out.write(one);
      count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      count += length;
    }
  }

  private ResultsFile(Counted out, ResultForm.Writer writer, @Nullable FileChannel file) {
    this.out = out;
    this.writer = writer;
    this.file = file;
  }

  /** Begins to write to a stream. */
  static ResultsFile to(OutputStream stream, ResultForm form) throws IOException {
    Counted out = new Counted(stream, 0);
    return new ResultsFile(out, form.write(null, out), null);
  }

  /**
   * Opens a file to write on. What is behind its first {@code length} bytes is cut off.
   *
   * @param each gets what is in it
   * @throws BatchRefusedException where it is shorter, or there is something else in it
   */
  static ResultsFile open(Path file, ResultForm form, long length, Consumer<Summary> each)
      throws IOException {
    if (length > 0) {
      read(file, form, length, each);
    }
    FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            length > 0 ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING);
    Counted out = new Counted(Channels.newOutputStream(channel), length);
    return new ResultsFile(
        out, form.write(length > 0 ? file : null, out), Files.isRegularFile(file) ? channel : null);
  }

  void write(Finished one) throws IOException {
    writer.write(one);
  }

  /**
   * Hands on everything that was written, of a file to the disk, where a power cut leaves it.
   *
   * @return the length of the whole, in bytes
   */
  long secure() throws IOException {
    writer.flush();
    out.flush();
    if (file != null) {
      file.force(false);
    }
    return out.count;
  }

  @Override
  public void close() throws IOException {
    try (out) {
      writer.flush();
    }
  }

  private static void read(Path file, ResultForm form, long length, Consumer<Summary> each)
      throws IOException {
    long there = Files.exists(file) ? Files.size(file) : 0;
    if (there < length) {
      throw new BatchRefusedException(
          "%s has %d bytes; it had %d when the batch was stopped. Bring it back, or delete it and its .resume file to begin anew."
              .formatted(file, there, length));
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(length);
    }
    try (var in = Files.newInputStream(file)) {
      form.read(in, each);
    } catch (IOException | IllegalArgumentException | AvroRuntimeException e) {
      throw new BatchRefusedException(
          "%s has something else in it than results of this batch: %s"
              .formatted(file, e.getMessage()));
    }
  }
}
