package dev.paddock.worker.cli.batch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.ScriptKind;
import dev.paddock.schemas.SourcePosition;
import dev.paddock.schemas.TrustedContracts;
import dev.paddock.schemas.Usage;
import dev.paddock.worker.config.Configuration;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A batch of a million lines, in the order of its inputs, through clients that answer at once, but
 * for some lines, which they answer late. A program of its own: its heap is what it may use.
 */
final class MillionLines {

  private static final int LINES = 1_000_000;
  private static final int WINDOW = 5000;

  /** So many lines are late at a time. */
  private static final int LATE = 300;

  private static final Configuration CONFIGURATION = Configuration.of(Map.of());
  private static final TopicPartition REQUESTS =
      new TopicPartition(CONFIGURATION.topics().requests(), 0);
  private static final TopicPartition RESULTS =
      new TopicPartition(CONFIGURATION.topics().results(), 0);

  private MillionLines() {}

  /** Prints how many results were written. */
  public static void main(String[] args) throws IOException {
    TrustedContracts.trust();
    Lines out = new Lines();
    Tally tally = new Tally();
    Results consumer = new Results();
    Recorder recorder =
        new Recorder(
            ResultsFile.to(out, new ResultForm(Format.JSONL, List.of())),
            null,
            true,
            1,
            tally,
            new Silent(),
            (_, _, _, _) -> {});
    Exchange.Clients clients =
        new Exchange.Clients(
            (_, _) -> new byte[100], (_, key) -> result(key), new Requests(consumer), consumer);
    ExecutionRequest template =
        ExecutionRequest.newBuilder()
            .setScript(new InlineScript("a.js", ScriptKind.SCRIPT, "input", Map.of()))
            .build();
    try (Exchange exchange =
            new Exchange(CONFIGURATION, "b", new Window(WINDOW), recorder, clients);
        Inputs inputs =
            new Inputs(new Inputs.Source("lines", Format.JSONL, Numbers::new), 1000, template)) {
      recorder.beginAt(exchange.beginAtEnd());
      if (!exchange.run(inputs, () -> false)) {
        throw new IllegalStateException("It did not come to its end");
      }
    }
    System.out.println(tally.count(ExecutionStatus.SUCCEEDED) + " " + out.count);
  }

  private static ExecutionResult result(byte[] key) {
    return ExecutionResult.newBuilder()
        .setExecutionId(new String(key, UTF_8))
        .setTenant("t")
        .setStatus(ExecutionStatus.SUCCEEDED)
        .setOutput("{}")
        .setUsage(new Usage(1L, 2L, 3L, 4L, 5L))
        .setScriptSha256("")
        .setSource(new SourcePosition(REQUESTS.topic(), 0, 0L))
        .setWorker("w")
        .setCompletedAt(Instant.EPOCH)
        .build();
  }

  /** The inputs. */
  private static final class Numbers extends InputStream {

    private int number;
    private byte[] line = new byte[0];
    private int position;

    @Override
    public int read() {
      return isAtEnd() ? -1 : line[position++];
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      if (isAtEnd()) {
        return -1;
      }
      int count = Math.min(length, line.length - position);
      System.arraycopy(line, position, into, offset, count);
      position += count;
      return count;
    }

    private boolean isAtEnd() {
      if (position == line.length && number < LINES) {
        line = (++number + "\n").getBytes(UTF_8);
        position = 0;
      }
      return position == line.length;
    }
  }

  /** Counts lines, and holds none of them. */
  private static final class Lines extends OutputStream {

    private int count;

    @Override
    public void write(int one) {
      if (one == '\n') {
        count++;
      }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      for (int i = offset; i < offset + length; i++) {
        if (bytes[i] == '\n') {
          count++;
        }
      }
    }
  }

  /** Gives every request its result. */
  private static final class Requests extends MockProducer<byte[], byte[]> {

    private final Results results;
    private final Deque<byte[]> late = new ArrayDeque<>();
    private int sent;

    Requests(Results results) {
      super(false, null, new ByteArraySerializer(), new ByteArraySerializer());
      this.results = results;
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> request, @Nullable Callback callback) {
      RecordMetadata metadata = new RecordMetadata(REQUESTS, sent++, 0, 0, 0, 0);
      if (callback != null) {
        callback.onCompletion(metadata, null);
      }
      if (sent % 7 == 0) {
        late.add(request.key());
      } else {
        results.add(request.key());
      }
      while (late.size() > LATE || (sent == LINES && !late.isEmpty())) {
        results.add(late.remove());
      }
      return CompletableFuture.completedFuture(metadata);
    }

    @Override
    public void close(Duration timeout) {}
  }

  /** Forgets what it has handed out. */
  private static final class Results extends MockConsumer<byte[], byte[]> {

    private long offset;

    Results() {
      super("earliest");
      for (TopicPartition one : List.of(REQUESTS, RESULTS)) {
        updatePartitions(one.topic(), List.of(new PartitionInfo(one.topic(), 0, null, null, null)));
      }
      updateEndOffsets(Map.of(REQUESTS, 0L, RESULTS, 0L));
    }

    void add(byte[] key) {
      addRecord(new ConsumerRecord<>(RESULTS.topic(), 0, offset++, key, key));
    }
  }
}
