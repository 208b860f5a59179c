package dev.paddock.worker.cli.batch;

import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.KafkaRefusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends a batch's requests and reads its results, by one thread. A line is begun only while it is
 * near the lowest unfinished one; nothing is held of a line that was begun but a bit. Results are
 * told apart by their key, {@code batch/line}, and read without a consumer group.
 */
public final class Exchange implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration CLOSE = Duration.ofSeconds(5);
  private static final long CHECKPOINT_NANOS = 1_000_000_000L;

  /** Long enough for a group to rebalance and for a sandbox to start. */
  private static final Duration SILENCE = Duration.ofSeconds(15);

  /** How many requests are sent before results are looked for. */
  private static final int SEND_STRETCH = 500;

  private final String batch;
  private final byte[] keyPrefix;
  private final Window window;
  private final Sink sink;
  private final String requestsTopic;
  private final String resultsTopic;
  private final Serializer<Object> serializer;
  private final Deserializer<Object> deserializer;
  private final Producer<byte[], byte[]> producer;
  private final Consumer<byte[], byte[]> consumer;
  private final AtomicReference<@Nullable Exception> sendFailure = new AtomicReference<>();
  private final Queue<TooLarge> tooLarge = new ConcurrentLinkedQueue<>();
  private final List<TopicPartition> partitions;

  /** A request that the producer or the broker will not take. */
  private record TooLarge(long line, String message) {}

  private long line;
  private boolean fed;
  private long lastCheckpointNanos = System.nanoTime();
  private long lastResultNanos = System.nanoTime();
  private boolean silent;

  /**
   * Connects, for a new batch.
   *
   * @param batch begins every execution id
   * @param window how far beyond the lowest unfinished line lines may be begun
   * @throws KafkaException where the broker is not to be found
   */
  public Exchange(Configuration configuration, String batch, int window, Sink sink) {
    this(configuration, batch, new Window(window), sink);
  }

  Exchange(Configuration configuration, String batch, Window window, Sink sink) {
    this.batch = batch;
    this.window = window;
    this.sink = sink;
    keyPrefix = (batch + "/").getBytes(StandardCharsets.UTF_8);
    requestsTopic = configuration.topics().requests();
    resultsTopic = configuration.topics().results();
    Map<String, Object> serde = configuration.registry().serdeProperties();
    serializer = configuration.serialization().newSerializer(serde);
    deserializer = configuration.serialization().newDeserializer(serde);
    Map<String, Object> producing = new HashMap<>(configuration.kafka().producer());
    producing.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, "5");
    producer = new KafkaProducer<>(producing, new ByteArraySerializer(), new ByteArraySerializer());
    consumer =
        new KafkaConsumer<>(
            configuration.kafka().reader(),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    partitions =
        consumer.partitionsFor(resultsTopic).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
  }

  /** Reads from the end of the results topic on, and says where that is. */
  public Map<Integer, Long> beginAtEnd() {
    consumer.seekToEnd(partitions);
    return offsets();
  }

  /** Reads from these offsets on, and all that is there before the first request is sent. */
  void resume(Map<Integer, Long> nextOffsets, BooleanSupplier stop) throws IOException {
    for (TopicPartition partition : partitions) {
      consumer.seek(partition, nextOffsets.getOrDefault(partition.partition(), 0L));
    }
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (!stop.getAsBoolean()
        && partitions.stream()
            .anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
      receive(POLL);
    }
    checkpoint();
  }

  /**
   * Sends and reads until every line is finished.
   *
   * @param stop looked at often; ends the run early
   * @return whether every line is finished
   * @throws IOException where the feed or the sink fails
   * @throws KafkaException where Kafka or the registry fails for good
   */
  public boolean run(Feed feed, BooleanSupplier stop) throws IOException {
    lastResultNanos = System.nanoTime();
    while (!(fed && window.lowestUnfinished() > line) && !stop.getAsBoolean()) {
      boolean more = send(feed);
      receive(more ? Duration.ZERO : POLL);
      if (System.nanoTime() - lastCheckpointNanos > CHECKPOINT_NANOS) {
        checkpoint();
      }
    }
    checkpoint();
    return fed && window.lowestUnfinished() > line;
  }

  @Override
  public void close() {
    producer.close(CLOSE);
    consumer.close(CloseOptions.timeout(CLOSE));
    serializer.close();
    deserializer.close();
  }

  /** Sends a stretch; true where more could be sent at once. */
  private boolean send(Feed feed) throws IOException {
    for (int sent = 0; sent < SEND_STRETCH; sent++) {
      Exception failure = sendFailure.get();
      if (failure != null) {
        throw new KafkaException(
            "A request could not be sent to %s: %s"
                .formatted(requestsTopic, KafkaRefusal.describe(failure, AclOperation.WRITE)),
            failure);
      }
      for (TooLarge one = tooLarge.poll(); one != null; one = tooLarge.poll()) {
        reject(one.line(), one.message());
      }
      if (fed || !window.admits(line + 1)) {
        return false;
      }
      if (window.isFinished(line + 1)) {
        advance(feed.skip());
      } else {
        Item item = feed.next();
        advance(item != null);
        switch (item) {
          case null -> {}
          case Item.Bad(String message) -> reject(line, message);
          case Item.Request(ExecutionRequest.Builder request) -> send(request);
        }
      }
    }
    return true;
  }

  private void advance(boolean there) {
    if (there) {
      line++;
    } else {
      fed = true;
    }
  }

  private void send(ExecutionRequest.Builder request) {
    String id = batch + "/" + line;
    byte[] value = serializer.serialize(requestsTopic, request.setExecutionId(id).build());
    byte[] key = id.getBytes(StandardCharsets.UTF_8);
    long sent = line;
    var _ =
        producer.send(
            new ProducerRecord<>(requestsTopic, key, value),
            (_, failure) -> {
              if (failure instanceof RecordTooLargeException) {
                tooLarge.add(new TooLarge(sent, String.valueOf(failure.getMessage())));
              } else if (failure != null) {
                sendFailure.compareAndSet(null, failure);
              }
            });
  }

  private void reject(long bad, String message) throws IOException {
    if (window.finish(bad)) {
      sink.rejected(bad, batch + "/" + bad, message);
    }
  }

  private void receive(Duration timeout) throws IOException {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(timeout)) {
      long finished = lineOf(record.key());
      // One that came twice was sent twice: by a run before this one.
      if (finished > 0 && window.admits(finished) && window.finish(finished)) {
        sink.result(
            finished, (ExecutionResult) deserializer.deserialize(resultsTopic, record.value()));
        lastResultNanos = System.nanoTime();
        silent = false;
      }
    }
    Duration since = Duration.ofNanos(System.nanoTime() - lastResultNanos);
    if (!silent && line >= window.lowestUnfinished() && since.compareTo(SILENCE) > 0) {
      silent = true;
      sink.silence(since);
    }
  }

  /** The line that a key of this batch names, or 0 for the key of another. */
  private long lineOf(byte @Nullable [] key) {
    int prefix = keyPrefix.length;
    if (key == null
        || key.length <= prefix
        || !Arrays.equals(key, 0, prefix, keyPrefix, 0, prefix)) {
      return 0;
    }
    try {
      return Long.parseLong(new String(key, prefix, key.length - prefix, StandardCharsets.UTF_8));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private void checkpoint() throws IOException {
    sink.checkpoint(offsets());
    lastCheckpointNanos = System.nanoTime();
  }

  private Map<Integer, Long> offsets() {
    Map<Integer, Long> offsets = new HashMap<>();
    partitions.forEach(one -> offsets.put(one.partition(), consumer.position(one)));
    return offsets;
  }
}
