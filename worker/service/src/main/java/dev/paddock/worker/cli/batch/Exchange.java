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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
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
import org.apache.kafka.common.errors.TopicAuthorizationException;
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
  private final Map<String, Object> requestReader;

  /** Behind the last request of this batch that the broker has, by partition. */
  private final Map<Integer, Long> acknowledged = new ConcurrentHashMap<>();

  /** Lines that a run before this one has sent, and whose results are still to come. */
  private final Set<Long> underWay = new HashSet<>();

  private long lastUnderWay;
  private Map<Integer, Long> requestOffsets = Map.of();
  private @Nullable Sent mark;

  /** Requests of lines behind this one are not before these offsets. */
  private record Sent(Map<Integer, Long> offsets, long line) {}

  /** What it speaks to Kafka with, and closes. */
  record Clients(
      Serializer<Object> serializer,
      Deserializer<Object> deserializer,
      Producer<byte[], byte[]> producer,
      Consumer<byte[], byte[]> consumer) {

    private static Clients of(Configuration configuration) {
      Map<String, Object> serde = configuration.registry().serdeProperties();
      Map<String, Object> producing = new HashMap<>(configuration.kafka().producer());
      producing.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, "5");
      return new Clients(
          configuration.serialization().newSerializer(serde),
          configuration.serialization().newDeserializer(serde),
          new KafkaProducer<>(producing, new ByteArraySerializer(), new ByteArraySerializer()),
          new KafkaConsumer<>(
              configuration.kafka().reader(),
              new ByteArrayDeserializer(),
              new ByteArrayDeserializer()));
    }
  }

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
    this(configuration, batch, window, sink, Clients.of(configuration));
  }

  Exchange(Configuration configuration, String batch, Window window, Sink sink, Clients clients) {
    this.batch = batch;
    this.window = window;
    this.sink = sink;
    keyPrefix = (batch + "/").getBytes(StandardCharsets.UTF_8);
    requestsTopic = configuration.topics().requests();
    resultsTopic = configuration.topics().results();
    serializer = clients.serializer();
    deserializer = clients.deserializer();
    producer = clients.producer();
    consumer = clients.consumer();
    partitions = partitionsOf(resultsTopic);
    consumer.assign(partitions);
    requestReader = new HashMap<>(configuration.kafka().reader());
    requestReader.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
  }

  /** Reads from the end of the results topic on, and says where that is. */
  public Map<Integer, Long> beginAtEnd() {
    consumer.seekToEnd(partitions);
    consumer
        .endOffsets(partitionsOf(requestsTopic))
        .forEach((partition, end) -> acknowledged.put(partition.partition(), end));
    requestOffsets = Map.copyOf(acknowledged);
    return offsets();
  }

  /** Before these offsets of the requests topic there is no request of an unfinished line. */
  Map<Integer, Long> requestOffsets() {
    return requestOffsets;
  }

  /**
   * Reads from these offsets on, and all that is there before the first request is sent. What was
   * sent and has no result yet is not sent again, unless results have been deleted meanwhile.
   *
   * @param begunRequests before which no request of an unfinished line is
   */
  void resume(
      Map<Integer, Long> nextOffsets, Map<Integer, Long> begunRequests, BooleanSupplier stop)
      throws IOException {
    acknowledged.putAll(begunRequests);
    requestOffsets = Map.copyOf(begunRequests);
    boolean whole =
        consumer.beginningOffsets(partitions).entrySet().stream()
            .allMatch(
                one -> one.getValue() <= nextOffsets.getOrDefault(one.getKey().partition(), 0L));
    for (TopicPartition partition : partitions) {
      consumer.seek(partition, nextOffsets.getOrDefault(partition.partition(), 0L));
    }
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (!stop.getAsBoolean()
        && partitions.stream()
            .anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
      receive(POLL);
    }
    if (whole) {
      findUnderWay(stop);
    }
    checkpoint();
  }

  private void findUnderWay(BooleanSupplier stop) {
    List<TopicPartition> requests = partitionsOf(requestsTopic);
    try (Consumer<byte[], byte[]> reader =
        new KafkaConsumer<>(
            requestReader, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      reader.assign(requests);
      requests.forEach(one -> reader.seek(one, requestOffsets.getOrDefault(one.partition(), 0L)));
      Map<TopicPartition, Long> ends = reader.endOffsets(requests);
      while (!stop.getAsBoolean()
          && requests.stream().anyMatch(one -> reader.position(one) < ends.getOrDefault(one, 0L))) {
        for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
          long sent = lineOf(record.key());
          if (sent > 0 && window.holds(sent) && !window.isFinished(sent)) {
            underWay.add(sent);
            lastUnderWay = Math.max(lastUnderWay, sent);
          }
        }
      }
    } catch (TopicAuthorizationException e) {
      // Who may not read requests sends again what is under way; its first result counts.
      underWay.clear();
    }
  }

  private List<TopicPartition> partitionsOf(String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(info.topic(), info.partition()))
        .toList();
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
      if (window.isFinished(line + 1) || underWay.remove(line + 1)) {
        if (feed.skip()) {
          line++;
        } else {
          fed = true;
        }
        continue;
      }
      switch (feed.next()) {
        case null -> fed = true;
        case Item.Later _ -> {
          return false;
        }
        case Item.Bad(String message) -> reject(++line, message);
        case Item.Request(ExecutionRequest.Builder request) -> {
          line++;
          send(request);
        }
      }
    }
    return true;
  }

  private void send(ExecutionRequest.Builder request) {
    String id = batch + "/" + line;
    byte[] value = serializer.serialize(requestsTopic, request.setExecutionId(id).build());
    byte[] key = id.getBytes(StandardCharsets.UTF_8);
    long sent = line;
    var _ =
        producer.send(
            new ProducerRecord<>(requestsTopic, key, value),
            (metadata, failure) -> {
              if (failure == null) {
                acknowledged.merge(metadata.partition(), metadata.offset() + 1, Long::max);
              } else if (failure instanceof RecordTooLargeException) {
                tooLarge.add(new TooLarge(sent, String.valueOf(failure.getMessage())));
              } else {
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
      if (finished > 0 && window.holds(finished) && window.finish(finished)) {
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
    if (mark == null || window.lowestUnfinished() > mark.line()) {
      requestOffsets = mark == null ? requestOffsets : mark.offsets();
      mark = new Sent(Map.copyOf(acknowledged), Math.max(line, lastUnderWay));
    }
    sink.checkpoint(offsets(), requestOffsets);
    lastCheckpointNanos = System.nanoTime();
  }

  private Map<Integer, Long> offsets() {
    Map<Integer, Long> offsets = new HashMap<>();
    partitions.forEach(one -> offsets.put(one.partition(), consumer.position(one)));
    return offsets;
  }
}
