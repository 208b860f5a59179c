package dev.paddock.loadtest.micro;

import dev.paddock.loadtest.Workload;
import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.Message;
import dev.paddock.sandbox.wire.MessageReader;
import dev.paddock.sandbox.wire.MessageWriter;
import dev.paddock.sandbox.wire.Script;
import dev.paddock.sandbox.wire.Task;
import dev.paddock.sandbox.wire.Usage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What goes through a sandbox's pipes: a task whose script the sandbox knows, and its answer. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class FrameBenchmark {

  private static final int MAX_BYTES = 64 << 20;

  /** Of input or output. */
  @Param private Size size = Size.SMALL;

  private final ByteArrayOutputStream pipe = new ByteArrayOutputStream();
  private final MessageWriter writer = new MessageWriter(pipe);
  private Task task = Workload.rule(1);
  private Message answer = task;
  private @Nullable Replay tasks;
  private @Nullable Replay answers;

  /** The frame that is read again and again, behind one that has told its reader the script. */
  private record Replay(ByteArrayInputStream frames, MessageReader reader) {

    static Replay of(Message message) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      MessageWriter writer = new MessageWriter(bytes);
      writer.write(message);
      writer.write(message);
      ByteArrayInputStream frames = new ByteArrayInputStream(bytes.toByteArray());
      MessageReader reader = new MessageReader(frames);
      var _ = reader.read(MAX_BYTES);
      frames.mark(0);
      return new Replay(frames, reader);
    }

    Message read() throws IOException {
      frames.reset();
      return Objects.requireNonNull(reader.read(MAX_BYTES));
    }
  }

  /** Makes the messages. */
  @Setup
  public void make() throws IOException {
    Script script = Workload.rule(1).script();
    task = Workload.task(1, script, size.json(), Workload.LIMITS);
    answer =
        new Answer(
            1,
            new Ending.Succeeded(size.json()),
            List.of(),
            false,
            new Usage(300, 400, 0, 1 << 16),
            false);
    tasks = Replay.of(task);
    answers = Replay.of(answer);
  }

  /** A task as bytes. */
  @Benchmark
  public int encodeTask() throws IOException {
    return encode(task);
  }

  /** A task from bytes. */
  @Benchmark
  public Message decodeTask() throws IOException {
    return Objects.requireNonNull(tasks).read();
  }

  /** An answer as bytes. */
  @Benchmark
  public int encodeAnswer() throws IOException {
    return encode(answer);
  }

  /** An answer from bytes. */
  @Benchmark
  public Message decodeAnswer() throws IOException {
    return Objects.requireNonNull(answers).read();
  }

  private int encode(Message message) throws IOException {
    pipe.reset();
    writer.write(message);
    return pipe.size();
  }
}
