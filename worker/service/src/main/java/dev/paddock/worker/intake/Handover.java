package dev.paddock.worker.intake;

import dev.paddock.worker.Position;
import dev.paddock.worker.ledger.Ledger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives partitions up in good order: waits for what is running, commits, forgets the rest. What is
 * done meanwhile, of other partitions too, is committed without waiting for that. Kafka calls it on
 * the poll thread.
 */
final class Handover implements ConsumerRebalanceListener {

  private static final Logger LOG = LoggerFactory.getLogger(Handover.class);

  private static final Duration LOOK = Duration.ofMillis(10);

  private final Ledger ledger;
  private final Undecided undecided;
  private final Settlements settlements;
  private final Commits commits;
  private final Consumer<Predicate<Position>> forgotten;
  private final Supplier<Instant> patience;
  private final Clock clock;

  /**
   * @param forgotten told which positions are another worker's, so that they need not be run
   * @param patience until when running records are waited for, asked at each revocation
   */
  Handover(
      Ledger ledger,
      Undecided undecided,
      Settlements settlements,
      Commits commits,
      Consumer<Predicate<Position>> forgotten,
      Supplier<Instant> patience,
      Clock clock) {
    this.ledger = ledger;
    this.undecided = undecided;
    this.settlements = settlements;
    this.commits = commits;
    this.forgotten = forgotten;
    this.patience = patience;
    this.clock = clock;
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    if (!partitions.isEmpty()) {
      LOG.info("Reads from {}", partitions);
    }
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    if (partitions.isEmpty()) {
      return;
    }
    Instant until = patience.get();
    settlements.expectNothing();
    settlements.book();
    try {
      while (running(partitions) > 0 && clock.instant().isBefore(until)) {
        settlements.bookWithin(LOOK);
        commits.commitMeanwhile();
      }
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
    commits.commitNow(partitions);
    LOG.info(
        "Gave up {}; {} unfinished records go to another worker",
        partitions,
        ledger.inFlight(partitions));
    forget(partitions);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    LOG.warn(
        "Lost {} with {} unfinished records, which another worker will run",
        partitions,
        ledger.inFlight(partitions));
    forget(partitions);
  }

  /**
   * Records that somebody is running: those that wait for the registry will not finish by waiting.
   */
  int running(Collection<TopicPartition> partitions) {
    return ledger.inFlight(partitions) - undecided.count(partitions);
  }

  private void forget(Collection<TopicPartition> partitions) {
    Set<TopicPartition> lost = Set.copyOf(partitions);
    forgotten.accept(position -> lost.contains(Ledger.partition(position)));
    undecided.forget(partitions);
    ledger.forget(partitions);
    commits.forgotten(partitions);
  }
}
