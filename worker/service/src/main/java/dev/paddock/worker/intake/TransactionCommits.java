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
 *
 * <p>Outcomes wait for others to go with as long as the interval says where there are others that
 * wait for a sandbox. Where sandboxes keep up, there would be few to go with, and they hardly wait;
 * but transactions take no more than half of the time.
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

  /** Of the interval, so much is enough where sandboxes keep up. */
  private static final int QUIET_SHARE = 5;

  /** Longer than anybody waits. */
  private static final Duration UNBOUNDED = Duration.ofDays(1);

  /** How often it is looked for the end of what holds back the outcomes of many others. */
  private static final Duration LOOK = Duration.ofMillis(10);

  /** What is forgotten meanwhile is taken out of the offsets. */
  private record UnderWay(Map<TopicPartition, Long> offsets, CompletableFuture<End> ended) {

    boolean isDone() {
      return ended.isDone();
    }
  }

  /** How a transaction has ended, and when. */
  private record End(boolean committed, Instant at) {}

  private final Transactions transactions;
  private final Consumer<?, ?> consumer;
  private final Ledger ledger;
  private final DeliveryConfig delivery;
  private final Duration offsetInterval;
  private final int sandboxes;
  private final Clock clock;
  private final Set<TopicPartition> open = new HashSet<>();
  private final Runnable ended;
  private @Nullable UnderWay underWay;
  private Instant last;
  private Duration quietInterval;

  /**
   * @param ended called when a transaction has ended, by the thread that has made it
   */
  TransactionCommits(
      Transactions transactions,
      Consumer<?, ?> consumer,
      Ledger ledger,
      Configuration configuration,
      Clock clock,
      Runnable ended) {
    this.transactions = transactions;
    this.consumer = consumer;
    this.ledger = ledger;
    this.delivery = configuration.delivery();
    this.offsetInterval = configuration.intake().commitInterval();
    this.sandboxes = configuration.pool().size();
    this.clock = clock;
    this.ended = ended;
    this.last = clock.instant();
    this.quietInterval = quietInterval(Duration.ZERO);
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
  public boolean isIdle() {
    return underWay == null
        && !isCrowded()
        && ledger.committableRecords() == 0
        && !clock.instant().isBefore(dueAt(1));
  }

  @Override
  public @Nullable Wait expected() {
    UnderWay current = underWay;
    if (current != null) {
      int more = ledger.hasCommittableBeyond(current.offsets()) ? 0 : 1;
      return new Wait(UNBOUNDED, more, current.ended());
    }
    int records = ledger.committableRecords();
    int running = ledger.inFlight();
    if (records == 0 && running == 0) {
      return null;
    }
    int missing = Math.max(1, delivery.transactionMaxRecords() - records);
    Duration left = Duration.between(clock.instant(), dueAt(Math.max(1, records)));
    if (isCrowded() && (records > 0 || left.isPositive())) {
      return new Wait(left, Math.min(running - sandboxes, missing), null);
    }
    if (records > 0) {
      return new Wait(left, missing, null);
    }
    return ledger.held() > running ? new Wait(LOOK, missing, null) : new Wait(UNBOUNDED, 1, null);
  }

  /** Whether there is more than sandboxes run at once. */
  private boolean isCrowded() {
    return ledger.inFlight() > sandboxes;
  }

  private boolean isDue() {
    int records = ledger.committableRecords();
    return records >= delivery.transactionMaxRecords() || !clock.instant().isBefore(dueAt(records));
  }

  /** When so many records, which can be committed, will be, if no more come. */
  private Instant dueAt(int records) {
    if (records == 0) {
      return last.plus(offsetInterval);
    }
    return last.plus(isCrowded() ? delivery.transactionInterval() : quietInterval);
  }

  /**
   * What is between the begins of transactions where sandboxes keep up.
   *
   * @param took what the last one took
   */
  private Duration quietInterval(Duration took) {
    Duration interval = delivery.transactionInterval();
    Duration least = interval.dividedBy(QUIET_SHARE);
    Duration twice = took.multipliedBy(2);
    Duration rest = twice.compareTo(least) > 0 ? twice : least;
    return rest.compareTo(interval) > 0 ? interval : rest;
  }

  private Map<TopicPartition, Long> part(Collection<TopicPartition> partitions) {
    long mostRecords = (long) MOST_TIMES * delivery.transactionMaxRecords();
    return ledger.committable(
        partitions, (int) Math.min(mostRecords, Integer.MAX_VALUE), MOST_BYTES);
  }

  private void release(Map<TopicPartition, Long> offsets) {
    last = clock.instant();
    if (!offsets.isEmpty()) {
      CompletableFuture<End> end =
          transactions
              .release(offsets, consumer.groupMetadata())
              .thenApply(committed -> new End(committed, clock.instant()));
      underWay = new UnderWay(offsets, end);
      var _ = end.thenRun(ended);
    }
  }

  /** Books the transaction that was under way, where it has ended. */
  private void finish() {
    UnderWay done = underWay;
    if (done != null && done.isDone()) {
      underWay = null;
      End end = done.ended().join();
      if (end.committed()) {
        quietInterval = quietInterval(Duration.between(last, end.at()));
        ledger.commit(done.offsets());
      } else {
        quietInterval = delivery.transactionInterval(); // it would fail again
      }
    }
  }

  private void await(Instant until) {
    if (underWay != null) {
      try {
        long millis = Math.max(0, Duration.between(clock.instant(), until).toMillis());
        var _ = underWay.ended().get(millis, TimeUnit.MILLISECONDS);
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
