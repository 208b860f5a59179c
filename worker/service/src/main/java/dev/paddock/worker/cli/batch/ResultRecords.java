package dev.paddock.worker.cli.batch;

import dev.paddock.schemas.ExecutionError;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.schemas.SourcePosition;
import dev.paddock.schemas.TrustedContracts;
import dev.paddock.schemas.Usage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Consumer;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.file.SeekableFileInput;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.jspecify.annotations.Nullable;

/**
 * Results as an Avro container file of {@code ExecutionResult}, as they are in their topic. The
 * line is what stands behind the slash of the execution id. A line that was never sent has no
 * source.
 */
final class ResultRecords implements ResultForm.Writer {

  private static final int DEFLATE_LEVEL = 6;

  private final DataFileWriter<ExecutionResult> records;

  /**
   * Begins to write.
   *
   * @param begun a container file that {@code out} appends to; null for a new one
   */
  ResultRecords(@Nullable Path begun, OutputStream out) throws IOException {
    TrustedContracts.trust();
    DataFileWriter<ExecutionResult> writer =
        new DataFileWriter<>(new SpecificDatumWriter<>(ExecutionResult.class));
    if (begun == null) {
      writer.setCodec(CodecFactory.deflateCodec(DEFLATE_LEVEL));
      records = writer.create(ExecutionResult.getClassSchema(), out);
    } else {
      try (SeekableFileInput file = new SeekableFileInput(begun.toFile())) {
        records = writer.appendTo(file, out);
      }
    }
  }

  static void read(InputStream in, Consumer<Summary> each) throws IOException {
    TrustedContracts.trust();
    try (DataFileStream<ExecutionResult> records =
        new DataFileStream<>(in, new SpecificDatumReader<>(ExecutionResult.class))) {
      while (records.hasNext()) {
        ExecutionResult result = records.next();
        String id = result.getExecutionId();
        long line = Long.parseLong(id.substring(id.lastIndexOf('/') + 1));
        each.accept(Finished.Result.of(line, result));
      }
    } catch (AvroRuntimeException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public void write(Finished one) throws IOException {
    records.append(
        switch (one) {
          case Finished.Result(_, ExecutionResult result) -> result;
          case Finished.Rejected rejected -> result(rejected);
        });
  }

  @Override
  public void flush() throws IOException {
    records.flush();
  }

  private static ExecutionResult result(Finished.Rejected rejected) {
    return ExecutionResult.newBuilder()
        .setExecutionId(rejected.executionId())
        .setTenant("")
        .setStatus(ExecutionStatus.REJECTED)
        .setError(
            ExecutionError.newBuilder()
                .setName(Finished.Rejected.KIND)
                .setMessage(rejected.message())
                .build())
        .setUsage(new Usage(0L, 0L, 0L, 0L, 0L))
        .setScriptSha256("")
        .setSource(new SourcePosition("", -1, -1L))
        .setWorker("")
        .setCompletedAt(Instant.now())
        .build();
  }
}
