package dev.paddock.worker.intake;

import dev.paddock.worker.config.IntakeConfig;
import dev.paddock.worker.ledger.Ledger;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Pauses every partition while too much is in flight. Reading goes on when that has fallen to half,
 * so that pausing does not follow every record. Owned by the poll thread.
 */
final class Backpressure {

  private final IntakeConfig config;
  private final Ledger ledger;
  private boolean full;

  Backpressure(IntakeConfig config, Ledger ledger) {
    this.config = config;
    this.ledger = ledger;
  }

  /** Whether too much is in flight. */
  boolean isFull() {
    int divisor = full ? 2 : 1;
    full =
        ledger.inFlight() > (config.maxInFlight() - 1) / divisor
            || ledger.inFlightBytes() > (config.maxInFlightBytes() - 1) / divisor;
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
