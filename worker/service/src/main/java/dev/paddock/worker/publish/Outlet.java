package dev.paddock.worker.publish;

import dev.paddock.worker.Outcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Writes what became of requests. {@link #accept} may be called from any thread and never blocks;
 * what waits is bounded by what intake keeps in flight.
 */
public sealed interface Outlet extends Consumer<Outcome>, AutoCloseable
    permits Publisher, TransactionalPublisher {

  /**
   * Registers the schemas of results and violations, and starts.
   *
   * @param patience how long to wait for a schema registry that cannot be used
   * @throws IllegalStateException where that does not succeed
   */
  void start(Duration patience) throws InterruptedException;

  /** What has been written so far. */
  PublishStatistics statistics();

  /** Completes exceptionally where something can never be written. */
  CompletableFuture<Void> failure();

  /** Stops. What is not written within a few seconds is not settled. */
  @Override
  void close();
}
