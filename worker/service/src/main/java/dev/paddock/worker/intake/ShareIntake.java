package dev.paddock.worker.intake;

import dev.paddock.worker.Execution;
import dev.paddock.worker.Outcome;
import dev.paddock.worker.Position;
import dev.paddock.worker.config.Configuration;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;

/**
 * Reads as a member of a share group. A share consumer gives no new records before all that it gave
 * are done with, so a script that runs long holds up its batch. There is one reader more than there
 * are sandboxes: whatever they run, one reader has nothing of it, so a sandbox is idle only if
 * nothing may run. Batches are small, since what a worker holds no other can run, and counts as
 * delivered once more if the worker dies.
 *
 * <p>A record whose lock was lost may come again while it still runs. It is not started twice in
 * one worker: whichever reader was given it last is told of its outcome.
 */
public final class ShareIntake implements Inlet {

  /** Each reader has a thread and connections of its own. */
  private static final int MOST_READERS = 16;

  private final List<String> topics;
  private final Duration drain;
  private final Clock clock;
  private final List<ShareReader> readers = new ArrayList<>();
  private final ConcurrentMap<Position, ShareReader> claims = new ConcurrentHashMap<>();
  private final LongAdder settlements = new LongAdder();
  private final ShareWatch watch;
  private final CompletableFuture<Void> failure = new CompletableFuture<>();

  /**
   * Prepares to read; {@link #start} begins.
   *
   * @param made makes readers of the topics that are read, each used by one thread and closed by it
   * @param executions called on readers' threads with everything to run; must not block
   * @param outcomes called on readers' threads with what needs no sandbox; must not block
   * @param terms of the group
   * @throws KafkaException where Kafka refuses the configuration
   */
  public ShareIntake(
      Configuration configuration,
      Supplier<RecordReaders> made,
      Consumer<Execution> executions,
      Consumer<Outcome> outcomes,
      ShareTerms terms,
      Clock clock) {
    this.topics = configuration.topicsRead();
    this.drain = configuration.intake().drain();
    this.clock = clock;
    int count = readers(configuration);
    ShareTriage triage = new ShareTriage(claims, executions, outcomes, terms.deliveries(), clock);
    this.watch =
        new ShareWatch(
            configuration,
            terms.lock(),
            () -> readers.stream().mapToLong(ShareReader::held).sum(),
            () -> readers.stream().mapToLong(ShareReader::taken).sum(),
            clock);
    try {
      for (int i = 0; i < count; i++) {
        String clientId = configuration.workerId() + "-" + i;
        readers.add(
            new ShareReader(
                configuration,
                () -> ConsumerFactory.createShared(configuration, clientId, count),
                made.get(),
                triage,
                settlements::sum,
                this::endBecauseOf,
                clock));
      }
    } catch (RuntimeException e) {
      stop(Duration.ZERO);
      throw e;
    }
  }

  private static int readers(Configuration configuration) {
    return IntStream.of(
            configuration.pool().size() + 1, MOST_READERS, configuration.intake().maxInFlight())
        .min()
        .orElseThrow();
  }

  @Override
  public void start() {
    readers.forEach(ShareReader::start);
    watch.start();
  }

  @Override
  public List<String> troubles() {
    return Stream.concat(
            readers.stream().flatMap(reader -> reader.troubles().stream()).distinct(),
            Stream.ofNullable(watch.trouble()))
        .toList();
  }

  @Override
  public IntakeStatistics statistics() {
    return IntakeStatistics.shared(claims.size(), watch.partitions());
  }

  @Override
  public void settled(Position position) {
    settlements.increment();
    ShareReader reader = claims.remove(position);
    if (reader != null) {
      reader.answered(position);
    }
  }

  @Override
  public CompletableFuture<Void> failure() {
    return failure;
  }

  @Override
  public void close() {
    stop(drain);
  }

  @Override
  public void stop(Duration bound) {
    Instant until = clock.instant().plus(bound);
    readers.forEach(reader -> reader.stop(until));
    watch.stop();
    readers.forEach(ShareReader::join);
  }

  private void endBecauseOf(Throwable cause) {
    if (failure.completeExceptionally(KafkaTrouble.endOfReading(topics, cause))) {
      readers.forEach(reader -> reader.stop(Instant.MIN));
    }
  }
}
