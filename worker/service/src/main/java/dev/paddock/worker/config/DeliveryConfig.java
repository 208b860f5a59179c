package dev.paddock.worker.config;

import java.time.Duration;

/**
 * How results and offsets are written.
 *
 * @param transactionInterval how long outcomes wait for others to share a transaction with
 * @param transactionMaxRecords outcomes that do not wait any longer
 */
public record DeliveryConfig(
    Guarantee guarantee, Duration transactionInterval, int transactionMaxRecords) {

  /** Whether results and offsets are written in transactions. */
  public boolean transactional() {
    return guarantee == Guarantee.EXACTLY_ONCE;
  }
}
