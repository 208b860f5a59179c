package dev.paddock.worker.intake;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records that were polled and wait for the schema registry, in the order they came. While
 * there are any, intake reads no more, so there is at most one poll's worth. Owned by the poll
 * thread, which waits for the registry once at the most: after a failure another thread tries.
 */
final class Undecided implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Undecided.class);

  private static final Duration FIRST_WAIT = Duration.ofMillis(100);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
  private static final long CLOSE_SECONDS = 10;

  /** A try of another thread's; the reader is that thread's until it is done. */
  private record Attempt(ConsumerRecord<byte[], byte[]> record, Future<Read> read) {}

  private final Deque<ConsumerRecord<byte[], byte[]>> records = new ArrayDeque<>();
  private final RecordReader reader;
  private final Clock clock;
  private final ExecutorService lookup =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("schema-lookup").factory());
  private @Nullable Attempt attempt;
  private Duration wait = Duration.ZERO;
  private Instant next = Instant.MIN;
  private volatile @Nullable String trouble;

  /**
   * @param reader closed with this
   */
  Undecided(RecordReader reader, Clock clock) {
    this.reader = reader;
    this.clock = clock;
  }

  /** Why records wait, or null where none has to. May be asked by any thread. */
  @Nullable String trouble() {
    return trouble;
  }

  void add(ConsumerRecord<byte[], byte[]> record) {
    records.addLast(record);
  }

  boolean isEmpty() {
    return records.isEmpty();
  }

  int count(Collection<TopicPartition> partitions) {
    return (int) records.stream().filter(record -> partitions.contains(partition(record))).count();
  }

  void forget(Collection<TopicPartition> partitions) {
    records.removeIf(record -> partitions.contains(partition(record)));
    if (records.isEmpty()) {
      trouble = null; // somebody else's now
    }
  }

  /**
   * Hands on what can be read, until the registry cannot be used; then waits before it tries again.
   */
  void decide(Consumer<Read> decided) {
    if (records.isEmpty() || clock.instant().isBefore(next)) {
      return;
    }
    while (!records.isEmpty()) {
      Read read = read(records.getFirst());
      if (read == null) {
        return;
      }
      if (read instanceof Read.Unknown(String reason)) {
        postpone(reason);
        return;
      }
      if (wait.isPositive()) {
        LOG.info("The schema registry can be used again; reading goes on");
        wait = Duration.ZERO;
        trouble = null;
      }
      records.removeFirst();
      decided.accept(read);
    }
  }

  @Override
  public void close() {
    lookup.shutdownNow();
    try {
      if (!lookup.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("The schema registry is still waited for; its client is closed all the same");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    reader.close();
  }

  /** What a record is; null while that is being tried. */
  @SuppressWarnings("ReferenceEquality") // read again after a loss, it is another one
  private @Nullable Read read(ConsumerRecord<byte[], byte[]> record) {
    Attempt current = attempt;
    if (current == null && wait.isZero()) {
      return reader.read(record);
    }
    if (current == null) {
      attempt = new Attempt(record, lookup.submit(() -> reader.read(record)));
      return null;
    }
    if (!current.read().isDone()) {
      return null;
    }
    attempt = null;
    // The record that was tried may be somebody else's by now.
    return current.record() == record ? result(current.read()) : read(record);
  }

  private static Read result(Future<Read> done) {
    if (done.state() == Future.State.SUCCESS) {
      return done.resultNow();
    }
    throw new IllegalStateException("A record cannot be read", done.exceptionNow());
  }

  private void postpone(String reason) {
    if (wait.isZero()) {
      LOG.warn("The schema registry cannot be used, so reading waits until it can: {}", reason);
    }
    trouble = "The schema registry cannot be used, so reading waits: " + reason;
    Duration doubled = wait.isZero() ? FIRST_WAIT : wait.multipliedBy(2);
    wait = doubled.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : doubled;
    next = clock.instant().plus(wait);
  }

  private static TopicPartition partition(ConsumerRecord<?, ?> record) {
    return new TopicPartition(record.topic(), record.partition());
  }
}
