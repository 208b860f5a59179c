package dev.paddock.worker.cli.batch;

import dev.paddock.worker.pipeline.AvroText;
import dev.paddock.worker.pipeline.UnreadableException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.jspecify.annotations.Nullable;

/** Records of an Avro container file, by the schema in it, as pipelines show Avro to scripts. */
final class AvroRecords implements InputReader {

  private final DataFileStream<Object> records;
  private final int maxBytes;

  AvroRecords(InputStream in, int maxBytes) throws IOException {
    this.maxBytes = maxBytes;
    records = new DataFileStream<>(in, new GenericDatumReader<>());
  }

  @Override
  public @Nullable Input next() throws IOException {
    if (!hasNext()) {
      return null;
    }
    Object value = records.next();
    try {
      return new Input.Json(AvroText.of(value, maxBytes));
    } catch (UnreadableException e) {
      return new Input.Bad(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public boolean skip() throws IOException {
    boolean there = hasNext();
    if (there) {
      var _ = records.next();
    }
    return there;
  }

  /** Of a block that is cut the stream says first that there is nothing, and then that there is. */
  private boolean hasNext() throws IOException {
    if (records.hasNext()) {
      return true;
    }
    if (records.hasNext()) {
      throw new EOFException("it ends in the middle of a block");
    }
    return false;
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}
