package dev.paddock.worker.intake;

import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.IntakeConfig;
import dev.paddock.worker.ledger.Ledger;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Pauses every partition while too many records are in flight, or too many bytes are in memory: in
 * transactions also those of outcomes that wait to be committed. Their number does not count:
 * behind one slow script in its partition there may be any number of outcomes, and if those stopped
 * the reading, that script would keep all other requests in Kafka. Reading goes on when what was
 * too much has fallen to half, so that pausing does not follow every record. Owned by the poll
 * thread.
 */
final class Backpressure {

  private final IntakeConfig config;
  private final boolean untilCommitted;
  private final Ledger ledger;
  private boolean full;

  Backpressure(Configuration configuration, Ledger ledger) {
    this.config = configuration.intake();
    this.untilCommitted = configuration.delivery().transactional();
    this.ledger = ledger;
  }

  /** Whether there is too much to read more. */
  boolean isFull() {
    int divisor = full ? 2 : 1;
    long bytes = untilCommitted ? ledger.heldBytes() : ledger.inFlightBytes();
    full =
        ledger.inFlight() > (config.maxInFlight() - 1) / divisor
            || bytes > (config.maxInFlightBytes() - 1) / divisor;
    return full;
  }

  /** Brings the consumer's partitions, newly assigned ones included, to the wanted state. */
  static void pause(Consumer<?, ?> consumer, boolean wanted) {
    Set<TopicPartition> paused = consumer.paused();
    if (wanted && !paused.equals(consumer.assignment())) {
      consumer.pause(consumer.assignment());
    } else if (!wanted && !paused.isEmpty()) {
      consumer.resume(paused);
    }
  }
}
