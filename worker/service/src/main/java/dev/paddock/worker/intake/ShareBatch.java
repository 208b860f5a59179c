package dev.paddock.worker.intake;

import dev.paddock.worker.Position;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.AcknowledgementCommitCallback;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records that a share consumer was given and that are not done with. One whose lock is being
 * renewed cannot be acknowledged until the broker has answered and the consumer has given it back.
 * Owned by the reader's thread, on which Kafka calls back too.
 */
final class ShareBatch implements AcknowledgementCommitCallback {

  private static final Logger LOG = LoggerFactory.getLogger(ShareBatch.class);

  private enum State {
    /** Can be acknowledged. */
    HELD,
    /** The broker was asked to renew its lock. */
    RENEWING,
    /** The next poll gives it back. */
    RENEWED
  }

  private static final class Entry {
    private final ConsumerRecord<byte[], byte[]> record;
    private State state = State.HELD;

    /** Whether its lock is known to be this consumer's. */
    private boolean proven;

    private boolean started;
    private boolean answered;

    private Entry(ConsumerRecord<byte[], byte[]> record, boolean proven) {
      this.record = record;
      this.proven = proven;
    }
  }

  private final Map<Position, Entry> entries = new LinkedHashMap<>();
  private @Nullable AuthorizationException refusal;

  /**
   * Takes what the consumer gave first.
   *
   * @param proven whether it was locked only just now
   */
  void add(ConsumerRecords<byte[], byte[]> records, boolean proven) {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      entries.put(RecordReader.positionOf(record), new Entry(record, proven));
    }
  }

  /**
   * Takes what the consumer gave back after renewing it. What it did not give back is lost.
   *
   * @return those of which it was not known before that they are this consumer's
   */
  List<ConsumerRecord<byte[], byte[]>> takeBack(ConsumerRecords<byte[], byte[]> records) {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      Entry entry =
          entries.computeIfAbsent(RecordReader.positionOf(record), _ -> new Entry(record, false));
      entry.state = State.HELD;
    }
    entries.values().removeIf(entry -> entry.state == State.RENEWED);
    List<Entry> found = entries.values().stream().filter(entry -> !entry.proven).toList();
    found.forEach(entry -> entry.proven = true);
    return found.stream().map(entry -> entry.record).toList();
  }

  /** It is handed on. */
  void started(Position position) {
    Entry entry = entries.get(position);
    if (entry != null) {
      entry.started = true;
    }
  }

  /** Its outcome is published. Ignored where it is no longer here. */
  void answered(Position position) {
    Entry entry = entries.get(position);
    if (entry != null) {
      entry.answered = true;
    }
  }

  /** Accepts what is answered, as far as it can be acknowledged by now. */
  void accept(ShareConsumer<byte[], byte[]> consumer) {
    Iterator<Entry> each = entries.values().iterator();
    while (each.hasNext()) {
      Entry entry = each.next();
      if (entry.answered && entry.state == State.HELD) {
        consumer.acknowledge(entry.record, AcknowledgeType.ACCEPT);
        each.remove();
      }
    }
  }

  /** Asks for more time for all that is held. */
  void renew(ShareConsumer<byte[], byte[]> consumer) {
    for (Entry entry : entries.values()) {
      if (entry.state == State.HELD) {
        consumer.acknowledge(entry.record, AcknowledgeType.RENEW);
        entry.state = State.RENEWING;
      }
    }
  }

  /** Gives back all that can be acknowledged by now. */
  void release(ShareConsumer<byte[], byte[]> consumer) {
    for (Entry entry : entries.values()) {
      if (entry.state == State.HELD) {
        consumer.acknowledge(entry.record, AcknowledgeType.RELEASE);
      }
    }
  }

  /** Forgets everything. */
  void clear() {
    entries.clear();
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  int size() {
    return entries.size();
  }

  /** Whether the broker has not answered yet what it was asked to renew. */
  boolean isRenewing() {
    return entries.values().stream().anyMatch(entry -> entry.state == State.RENEWING);
  }

  /** Whether the consumer has records to give back. */
  boolean isRenewed() {
    return entries.values().stream().anyMatch(entry -> entry.state == State.RENEWED);
  }

  /** Records that somebody is working on. */
  int running() {
    return (int)
        entries.values().stream().filter(entry -> entry.started && !entry.answered).count();
  }

  /** Records that nobody could begin with. */
  List<ConsumerRecord<byte[], byte[]>> notStarted() {
    return entries.values().stream()
        .filter(entry -> !entry.started)
        .map(entry -> entry.record)
        .toList();
  }

  /** Why the group's records may no longer be acknowledged, or null where they may. */
  @Nullable AuthorizationException refusal() {
    return refusal;
  }

  @Override
  public void onComplete(Map<TopicIdPartition, Set<Long>> offsets, @Nullable Exception exception) {
    if (exception instanceof AuthorizationException refused) {
      refusal = refused;
    }
    offsets.forEach(
        (partition, some) -> {
          if (exception != null) {
            // One line: a connection that is lost costs all of a batch.
            LOG.info(
                "{} of {} could not be acknowledged or renewed, and may be run again: {}",
                new TreeSet<>(some),
                partition.topicPartition(),
                exception.toString());
          }
          for (long offset : some) {
            renewed(new Position(partition.topic(), partition.partition(), offset), exception);
          }
        });
  }

  /** What could not be renewed is no longer this worker's. */
  private void renewed(Position position, @Nullable Exception exception) {
    Entry entry = entries.get(position);
    if (entry != null && entry.state == State.RENEWING) {
      if (exception == null) {
        entry.state = State.RENEWED;
      } else {
        entries.remove(position);
      }
    }
  }
}
