package dev.paddock.worker.intake;

import dev.paddock.worker.Position;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Reads requests, hands them on without waiting for them, and tells Kafka what is done. Methods may
 * be called from any thread.
 */
public sealed interface Inlet extends AutoCloseable permits Intake, ShareIntake {

  /** Starts to read. */
  void start();

  /** Why nothing is read for the time being, in words; none where nothing is wrong. */
  List<String> troubles();

  /** What is read, as of a moment ago. */
  IntakeStatistics statistics();

  /** A record's outcome is published. Never blocks. */
  void settled(Position position);

  /** Completes exceptionally where Kafka no longer lets the worker read or commit. */
  CompletableFuture<Void> failure();

  /**
   * Stops reading, waits for running records, tells Kafka what is done, leaves.
   *
   * @param bound how long to wait
   */
  void stop(Duration bound);

  /** The same, waiting as long as the configuration says. */
  @Override
  void close();
}
