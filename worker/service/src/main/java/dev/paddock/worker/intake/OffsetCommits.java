package dev.paddock.worker.intake;

import dev.paddock.worker.ledger.Ledger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits what the ledger says, behind results that are written. A commit that fails in passing is
 * made again by the next one, since the ledger still offers it. Owned by the poll thread, on which
 * Kafka runs the callbacks as well.
 */
final class OffsetCommits implements Commits {

  private static final Logger LOG = LoggerFactory.getLogger(OffsetCommits.class);

  /** A broker that is away must not hold up a shutdown or a rebalance for long. */
  private static final Duration SYNC_TIMEOUT = Duration.ofSeconds(10);

  private final Consumer<?, ?> consumer;
  private final Ledger ledger;
  private final Duration interval;
  private final Clock clock;
  private final java.util.function.Consumer<Exception> fatal;
  private Instant next;
  private @Nullable String trouble;

  OffsetCommits(
      Consumer<?, ?> consumer,
      Ledger ledger,
      Duration interval,
      Clock clock,
      java.util.function.Consumer<Exception> fatal) {
    this.consumer = consumer;
    this.ledger = ledger;
    this.interval = interval;
    this.clock = clock;
    this.fatal = fatal;
    this.next = clock.instant().plus(interval);
  }

  @Override
  public void opened(TopicPartition partition, long offset) {
    // results are written as they come, whatever became of their partition
  }

  @Override
  public void commitIfDue() {
    if (clock.instant().isBefore(next)) {
      return;
    }
    next = clock.instant().plus(interval);
    Map<TopicPartition, Long> offsets = ledger.committable();
    if (!offsets.isEmpty()) {
      consumer.commitAsync(withMetadata(offsets), (_, failure) -> finish(offsets, failure));
    }
  }

  @Override
  public void commitMeanwhile() {
    // results are there already, and offsets can wait
  }

  @Override
  public void commitNow(Collection<TopicPartition> partitions) {
    Map<TopicPartition, Long> offsets = ledger.committable();
    offsets.keySet().retainAll(partitions);
    if (offsets.isEmpty()) {
      return;
    }
    try {
      consumer.commitSync(withMetadata(offsets), SYNC_TIMEOUT);
      ledger.commit(offsets);
    } catch (KafkaException e) {
      LOG.warn("Offsets {} could not be committed, so their records may be run again", offsets, e);
    }
  }

  @Override
  public void forgotten(Collection<TopicPartition> partitions) {
    // the ledger ignores what is committed of them
  }

  @Override
  public @Nullable String trouble() {
    return trouble;
  }

  @Override
  public boolean isIdle() {
    return false;
  }

  @Override
  public @Nullable Wait expected() {
    return null; // an offset that is committed a turn later delays no result
  }

  private void finish(Map<TopicPartition, Long> offsets, @Nullable Exception failure) {
    trouble = failure == null ? null : failure.toString();
    if (failure == null) {
      ledger.commit(offsets);
    } else if (KafkaTrouble.passes(failure)) {
      LOG.info("Offsets could not be committed, which is tried again: {}", failure.toString());
    } else {
      fatal.accept(failure);
    }
  }

  private static Map<TopicPartition, OffsetAndMetadata> withMetadata(
      Map<TopicPartition, Long> offsets) {
    Map<TopicPartition, OffsetAndMetadata> result = new HashMap<>();
    offsets.forEach((partition, offset) -> result.put(partition, new OffsetAndMetadata(offset)));
    return result;
  }
}
