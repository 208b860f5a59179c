package dev.paddock.worker.cli.replay;

import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.SourcePosition;
import dev.paddock.worker.Position;
import dev.paddock.worker.cli.replay.TopicReader.Stretch;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.RegistryTrouble;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * The results of the chosen requests, found by the positions that they name, wherever they are in
 * their topic, and kept as they were written. For one thread.
 */
final class RecordedResults implements AutoCloseable {

  /**
   * What the clocks of requesters and workers may be apart; and how much later than all others a
   * result that came twice is still looked for.
   */
  static final Duration SLACK = Duration.ofMinutes(15);

  /** How much of results is kept at most, in bytes. */
  static final long MAX_BYTES = 256L << 20;

  private final TopicReader topic;
  private final Deserializer<Object> deserializer;
  private final String requestsTopic;
  private final long maxBytes;
  private final Map<Position, List<byte[]>> byRequest = new HashMap<>();
  private long bytes;

  /**
   * @param maxBytes how much of results may be kept
   */
  RecordedResults(Configuration settings, long maxBytes) {
    this.maxBytes = maxBytes;
    requestsTopic = settings.topics().requests();
    topic = new TopicReader(settings, settings.topics().results());
    deserializer = settings.serialization().newDeserializer(settings.registry().serdeProperties());
  }

  @Override
  public void close() {
    topic.close();
    deserializer.close();
  }

  /**
   * Looks for them: from shortly before the first request on, until each has one and then a little
   * further, or to the end.
   */
  void find(Chosen chosen, Replay.Listener listener, BooleanSupplier stop)
      throws IOException, InterruptedException {
    Instant earliest = Instant.ofEpochMilli(chosen.earliestMillis());
    // A timestamp that a requester made up for the future says nothing of when a result came.
    boolean plausible = earliest.isBefore(Instant.now());
    Map<Integer, Stretch> stretches = topic.between(plausible ? earliest.minus(SLACK) : null, null);
    listener.begin(Replay.Phase.RESULTS, Stretch.total(stretches));
    Map<Integer, Long> next = new HashMap<>();
    long[] last = {0};
    boolean missing =
        topic.read(
            stretches,
            record -> {
              next.put(record.partition(), record.offset() + 1);
              last[0] = Math.max(last[0], record.timestamp());
              take(record, chosen);
              listener.step();
              return byRequest.size() < chosen.requests() && !stop.getAsBoolean();
            });
    if (missing || stop.getAsBoolean()) {
      return;
    }
    Map<Integer, Stretch> further = topic.between(null, Instant.ofEpochMilli(last[0]).plus(SLACK));
    Map<Integer, Stretch> rest = new TreeMap<>();
    stretches.forEach(
        (partition, stretch) -> {
          Stretch until = further.get(partition);
          rest.put(
              partition,
              new Stretch(
                  next.getOrDefault(partition, stretch.from()),
                  until == null ? stretch.to() : Math.min(stretch.to(), until.to())));
        });
    topic.read(
        rest,
        record -> {
          take(record, chosen);
          listener.step();
          return !stop.getAsBoolean();
        });
  }

  /** A request's results in the order they were found; none where there is none. */
  List<ExecutionResult> of(Position request) {
    List<ExecutionResult> results = new ArrayList<>();
    for (byte[] value : byRequest.getOrDefault(request, List.of())) {
      results.add((ExecutionResult) deserializer.deserialize(topic.topic(), value));
    }
    return results;
  }

  private void take(ConsumerRecord<byte[], byte[]> record, Chosen chosen) {
    ExecutionResult result = read(record);
    if (result == null) {
      return;
    }
    SourcePosition source = result.getSource();
    if (!source.getTopic().equals(requestsTopic)
        || !chosen.holds(source.getPartition(), source.getOffset())) {
      return;
    }
    bytes += record.value().length;
    if (bytes > maxBytes) {
      throw new ReplayRefusedException(
          "The results of these requests have more than the %,d bytes that are kept of them; choose fewer"
              .formatted(maxBytes));
    }
    byRequest
        .computeIfAbsent(
            new Position(requestsTopic, source.getPartition(), source.getOffset()),
            _ -> new ArrayList<>(1))
        .add(record.value());
  }

  /** Null where it is no result. */
  private @Nullable ExecutionResult read(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return null;
    }
    try {
      Object value = deserializer.deserialize(topic.topic(), record.headers(), record.value());
      return value instanceof ExecutionResult result ? result : null;
    } catch (RuntimeException e) {
      if (RegistryTrouble.isReason(e)) {
        throw new ReplayRefusedException(
            "The results of %s cannot be decoded: %s"
                .formatted(topic.topic(), RegistryTrouble.reasons(e)));
      }
      return null;
    }
  }
}
