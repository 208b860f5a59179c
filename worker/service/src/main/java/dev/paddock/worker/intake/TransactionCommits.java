package dev.paddock.worker.intake;

import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.DeliveryConfig;
import dev.paddock.worker.ledger.Ledger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets outcomes go together with their offsets, a transaction at a time. What could not be
 * committed is still offered by the ledger, as long as its partition is not forgotten. Owned by the
 * poll thread: that a transaction has ended is looked up, never called back.
 */
final class TransactionCommits implements Commits {

  private static final Logger LOG = LoggerFactory.getLogger(TransactionCommits.class);

  /** A broker that is away must not hold up a shutdown or a rebalance for long. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** The membership may change while a transaction is under way, and once more until the next. */
  private static final int ATTEMPTS = 2;

  /**
   * A transaction has no more records than so many times what makes it due: behind one slow script
   * there may be any number of outcomes, and what takes longer than the transaction's timeout would
   * be made again for ever.
   */
  private static final int MOST_TIMES = 4;

  /**
   * Nor more bytes, about, of requests and outcomes: half a megabyte for each second of the usual
   * 15.
   */
  private static final long MOST_BYTES = 8L << 20;

  /** What is forgotten meanwhile is taken out of the offsets. */
  private record UnderWay(
      Map<TopicPartition, Long> offsets, CompletableFuture<Boolean> committed) {}

  private final Transactions transactions;
  private final Consumer<?, ?> consumer;
  private final Ledger ledger;
  private final DeliveryConfig delivery;
  private final Duration offsetInterval;
  private final Clock clock;
  private final Set<TopicPartition> open = new HashSet<>();
  private @Nullable UnderWay underWay;
  private Instant last;

  TransactionCommits(
      Transactions transactions,
      Consumer<?, ?> consumer,
      Ledger ledger,
      Configuration configuration,
      Clock clock) {
    this.transactions = transactions;
    this.consumer = consumer;
    this.ledger = ledger;
    this.delivery = configuration.delivery();
    this.offsetInterval = configuration.intake().commitInterval();
    this.clock = clock;
    this.last = clock.instant();
  }

  @Override
  public void opened(TopicPartition partition, long offset) {
    if (open.add(partition)) {
      transactions.begin(partition, offset, ledger.pageNumber(partition));
    }
  }

  @Override
  public void commitIfDue() {
    finish();
    if (underWay == null && isDue()) {
      release(part(ledger.committable().keySet()));
    }
  }

  @Override
  public void commitMeanwhile() {
    commitIfDue();
  }

  @Override
  public void commitNow(Collection<TopicPartition> partitions) {
    Instant until = clock.instant().plus(PATIENCE);
    await(until);
    int failures = 0;
    while (failures < ATTEMPTS && underWay == null) {
      Map<TopicPartition, Long> offsets = part(partitions);
      if (offsets.isEmpty()) {
        return;
      }
      long before = ledger.commits();
      release(offsets);
      await(until);
      failures += ledger.commits() == before ? 1 : 0;
    }
    Map<TopicPartition, Long> left = ledger.committable();
    left.keySet().retainAll(partitions);
    if (!left.isEmpty()) {
      LOG.warn("Offsets {} could not be committed, so their records may be run again", left);
    }
  }

  @Override
  public void forgotten(Collection<TopicPartition> partitions) {
    open.removeAll(partitions);
    if (underWay != null) {
      underWay.offsets().keySet().removeAll(partitions);
    }
    transactions.forget(partitions);
  }

  @Override
  public @Nullable String trouble() {
    return transactions.trouble();
  }

  @Override
  public boolean waiting() {
    return underWay != null || ledger.held() > 0;
  }

  private boolean isDue() {
    int records = ledger.committableRecords();
    Duration interval = records > 0 ? delivery.transactionInterval() : offsetInterval;
    return records >= delivery.transactionMaxRecords()
        || !clock.instant().isBefore(last.plus(interval));
  }

  private Map<TopicPartition, Long> part(Collection<TopicPartition> partitions) {
    long mostRecords = (long) MOST_TIMES * delivery.transactionMaxRecords();
    return ledger.committable(
        partitions, (int) Math.min(mostRecords, Integer.MAX_VALUE), MOST_BYTES);
  }

  private void release(Map<TopicPartition, Long> offsets) {
    last = clock.instant();
    if (!offsets.isEmpty()) {
      underWay = new UnderWay(offsets, transactions.release(offsets, consumer.groupMetadata()));
    }
  }

  /** Books the transaction that was under way, where it has ended. */
  private void finish() {
    UnderWay ended = underWay;
    if (ended != null && ended.committed().isDone()) {
      underWay = null;
      if (ended.committed().join()) {
        ledger.commit(ended.offsets());
      }
    }
  }

  private void await(Instant until) {
    if (underWay != null) {
      try {
        long millis = Math.max(0, Duration.between(clock.instant(), until).toMillis());
        var _ = underWay.committed().get(millis, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      } catch (TimeoutException e) {
        LOG.warn("The transaction with offsets {} takes too long", underWay.offsets());
      } catch (ExecutionException e) {
        throw new IllegalStateException("a release never fails", e);
      }
      finish();
    }
  }
}
