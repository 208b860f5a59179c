package dev.paddock.worker.intake;

import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.IntakeConfig;
import dev.paddock.worker.ledger.Ledger;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pauses partitions while too many records are in flight, or too many bytes are in memory: in
 * transactions also those of outcomes that wait to be committed. Their number does not count:
 * behind one slow script in its partition there may be any number of outcomes, and if those stopped
 * the reading, that script would keep all other requests in Kafka. Reading goes on when what was
 * too much has fallen to half, so that pausing does not follow every record.
 *
 * <p>Where there are too many records, partitions that have few of them are read all the same: who
 * has a partition of its own does not wait in Kafka for a tenant that has filled the worker. Owned
 * by the poll thread.
 */
final class Backpressure {

  private static final Logger LOG = LoggerFactory.getLogger(Backpressure.class);

  private final IntakeConfig config;
  private final boolean untilCommitted;
  private final Ledger ledger;
  private boolean crowded;
  private boolean full;

  Backpressure(Configuration configuration, Ledger ledger) {
    this.config = configuration.intake();
    this.untilCommitted = configuration.delivery().transactional();
    this.ledger = ledger;
  }

  /** Those of the partitions that are not to be read for now. */
  Set<TopicPartition> paused(Set<TopicPartition> assigned) {
    crowded = ledger.inFlight() > (config.maxInFlight() - 1) / (crowded ? 2 : 1);
    long bytes = untilCommitted ? ledger.heldBytes() : ledger.inFlightBytes();
    full = bytes > (config.maxInFlightBytes() - 1) / (full ? 2 : 1);
    if (full) {
      return assigned;
    }
    if (!crowded || assigned.isEmpty()) {
      return Set.of();
    }
    // By these there will be half as many again in flight at the most, and a poll's worth for each.
    int few = config.maxInFlight() / (2 * assigned.size());
    return assigned.stream()
        .filter(partition -> ledger.inFlight(Set.of(partition)) >= few)
        .collect(Collectors.toSet());
  }

  /**
   * Brings the consumer's partitions, newly assigned ones included, to the wanted state, or leaves
   * them for the next time: a consumer of the new protocol may lose a partition in its own thread
   * between any two calls, and says of what it has lost that it is in no state to be paused.
   */
  static void pause(Consumer<?, ?> consumer, Set<TopicPartition> wanted) {
    try {
      Set<TopicPartition> paused = consumer.paused();
      if (!paused.equals(wanted)) {
        consumer.resume(paused.stream().filter(partition -> !wanted.contains(partition)).toList());
        consumer.pause(wanted);
      }
    } catch (IllegalStateException e) {
      LOG.debug("A partition was lost before it was paused or resumed", e);
    }
  }
}
