package dev.paddock.worker.intake;

import dev.paddock.worker.Execution;
import dev.paddock.worker.Outcome;
import dev.paddock.worker.Position;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.ledger.Ledger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The poll thread, which owns the consumer and the ledger. It hands executions on and never waits
 * for them, so that polling goes on whatever a script does; positions come back through {@link
 * #settled}. Methods may be called from any thread.
 */
public final class Intake implements Inlet {

  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

  private static final Duration POLL = Duration.ofMillis(100);

  /** Where something may change at any moment: room for partitions that are paused, for one. */
  private static final Duration SHORT_POLL = Duration.ofMillis(10);

  /**
   * Many a script has its outcome within this time, and to wait for that costs less than to begin a
   * poll and to be woken out of it.
   */
  private static final Duration GLANCE = Duration.ofMillis(2);

  /**
   * How long polls are short after a change of what is assigned, unless there are records: the
   * consumer acts on what it learns during a poll, its first assignment for one, when the next
   * begins.
   */
  private static final Duration ARRIVAL = Duration.ofSeconds(3);

  private static final Duration BACK_OFF = Duration.ofMillis(500);

  private final List<String> topics;
  private final Duration drain;
  private final Clock clock;
  private final Consumer<Execution> executions;
  private final Consumer<Outcome> outcomes;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Ledger ledger = new Ledger();
  private final Settlements settlements;
  private final Undecided undecided;
  private final Backpressure backpressure;
  private final Commits commits;
  private final Handover handover;
  private final Watchdog watchdog;
  private final CompletableFuture<Void> failure = new CompletableFuture<>();
  private final Thread thread = Thread.ofPlatform().name("intake").unstarted(this::run);
  private long reads;
  private Set<TopicPartition> lastAssigned = Set.of();
  private Instant arrivedBy = Instant.MAX;
  private volatile boolean stopping;
  private volatile Instant stopBy = Instant.MAX;
  private volatile @Nullable String trouble;
  private volatile IntakeStatistics statistics = IntakeStatistics.NOTHING;

  /**
   * Prepares to read; {@link #start} begins.
   *
   * @param readers of the topics that are read; used and closed by the poll thread
   * @param executions called on the poll thread with everything to run; must not block
   * @param forgotten called on the poll thread where what was handed on is for another worker to
   *     run, with the test for its positions; must not block
   * @param outcomes called on the poll thread with what needs no sandbox; must not block
   * @param transactions commits offsets together with results, or null to commit them behind
   *     results that are {@link #settled(Position)}
   * @throws KafkaException where Kafka refuses the configuration
   */
  public Intake(
      Configuration configuration,
      RecordReaders readers,
      Consumer<Execution> executions,
      Consumer<Predicate<Position>> forgotten,
      Consumer<Outcome> outcomes,
      @Nullable Transactions transactions,
      Clock clock) {
    this.topics = readers.topics();
    this.drain = configuration.intake().drain();
    this.clock = clock;
    this.executions = executions;
    this.outcomes = outcomes;
    this.consumer = ConsumerFactory.create(configuration);
    this.settlements = new Settlements(ledger, consumer::wakeup);
    this.undecided = new Undecided(readers, clock);
    this.backpressure = new Backpressure(configuration, ledger);
    this.commits =
        transactions == null
            ? new OffsetCommits(
                consumer,
                ledger,
                configuration.intake().commitInterval(),
                clock,
                this::endBecauseOf)
            : new TransactionCommits(
                transactions, consumer, ledger, configuration, clock, settlements::look);
    this.handover =
        new Handover(ledger, undecided, settlements, commits, forgotten, this::patience, clock);
    this.watchdog = new Watchdog(configuration, clock);
  }

  @Override
  public void start() {
    thread.start();
  }

  @Override
  public List<String> troubles() {
    return Stream.concat(
            Stream.of(trouble, undecided.trouble()).flatMap(Stream::ofNullable),
            watchdog.troubles().stream())
        .toList();
  }

  @Override
  public IntakeStatistics statistics() {
    return statistics;
  }

  @Override
  public void settled(Position position) {
    settlements.add(position);
  }

  /**
   * A record's outcome waits for its transaction. Never blocks.
   *
   * @param stay the number that came with {@link Transactions#begin}
   * @param bytes what the outcome takes in memory
   */
  public void settled(Position position, long stay, int bytes) {
    settlements.add(position, stay, bytes);
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
    stopBy = clock.instant().plus(bound);
    stopping = true;
    if (thread.getState() == Thread.State.NEW) {
      consumer.close();
      undecided.close();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try (consumer;
        undecided) {
      readAll();
    } catch (RuntimeException | Error e) {
      endBecauseOf(e);
    }
  }

  private void readAll() {
    try {
      consumer.subscribe(topics, handover);
      arrivedBy = clock.instant().plus(ARRIVAL);
      while (!stopping && !failure.isDone()) {
        step(false);
      }
      while (!failure.isDone() && mustDrain()) {
        step(true);
      }
      settlements.book();
      commits.commitNow(consumer.assignment());
    } catch (RuntimeException | Error e) {
      // Known before the consumer is closed, which gives its partitions up.
      endBecauseOf(e);
    }
  }

  private boolean mustDrain() {
    settlements.book();
    return handover.running(consumer.assignment()) > 0 && clock.instant().isBefore(stopBy);
  }

  /** One turn: book, decide, read, commit. */
  private void step(boolean draining) {
    watchdog.turn();
    settlements.book();
    if (!draining) {
      undecided.decide(this::handOn);
    }
    Set<TopicPartition> assigned = Set.copyOf(consumer.assignment());
    if (!assigned.equals(lastAssigned)) {
      lastAssigned = assigned;
      arrivedBy = clock.instant().plus(ARRIVAL);
    }
    Set<TopicPartition> paused =
        draining || !undecided.isEmpty() ? assigned : backpressure.paused(assigned);
    try {
      Backpressure.pause(consumer, paused);
      ConsumerRecords<byte[], byte[]> records = read(!paused.isEmpty());
      if (!draining) {
        take(records);
      }
      if (!records.isEmpty()) {
        arrivedBy = Instant.MIN;
        if (commits.isIdle()) {
          settlements.bookWithin(GLANCE);
        }
      }
      commits.commitIfDue();
      if (watchdog.isDue()) {
        statistics = statistics(paused);
        watchdog.look(look(statistics));
      }
      trouble = null;
    } catch (KafkaException e) {
      survive(e);
    } catch (InterruptedException e) {
      endBecauseOf(e);
    }
  }

  private ConsumerRecords<byte[], byte[]> read(boolean pausing) {
    if (!pausing) {
      return poll(patience(commits.expected()));
    }
    // While the consumer holds what it has fetched of paused partitions, it does not wait in a poll
    // but looks again and again, which takes a core.
    ConsumerRecords<byte[], byte[]> records = poll(Duration.ZERO);
    if (records.isEmpty()) {
      LockSupport.parkNanos(SHORT_POLL.toNanos());
    }
    return records;
  }

  private ConsumerRecords<byte[], byte[]> poll(Duration atMost) {
    try {
      return consumer.poll(atMost);
    } catch (WakeupException e) {
      return ConsumerRecords.empty(); // there is something to commit
    } finally {
      settlements.expectNothing();
    }
  }

  /** How long a poll may take that is ended early by what is expected. */
  private Duration patience(Commits.@Nullable Wait expected) {
    Duration longest = clock.instant().isBefore(arrivedBy) ? SHORT_POLL : POLL;
    if (expected == null) {
      return longest;
    }
    Duration time = expected.time();
    if (time.isNegative() || !settlements.expect(expected.settlements(), expected.after())) {
      return Duration.ZERO;
    }
    return time.compareTo(longest) < 0 ? time : longest;
  }

  private Watchdog.Look look(IntakeStatistics now) {
    int running = handover.running(consumer.assignment());
    long waiting =
        now.partitions().stream()
            .filter(partition -> !partition.paused())
            .mapToLong(partition -> Math.max(0, partition.lag()))
            .sum();
    return new Watchdog.Look(
        waiting,
        reads,
        running,
        ledger.settlements(),
        ledger.committableRecords(),
        ledger.commits(),
        Watchdog.bytesFrom(consumer.metrics()),
        commits.trouble());
  }

  private IntakeStatistics statistics(Set<TopicPartition> paused) {
    List<IntakeStatistics.Partition> partitions =
        consumer.assignment().stream()
            .map(
                one ->
                    new IntakeStatistics.Partition(
                        one.topic(),
                        one.partition(),
                        currentLag(one).orElse(-1),
                        paused.contains(one)))
            .toList();
    return new IntakeStatistics(
        ledger.inFlight(),
        ledger.inFlightBytes(),
        ledger.held(),
        ledger.heldBytes(),
        false,
        partitions);
  }

  private OptionalLong currentLag(TopicPartition partition) {
    try {
      return consumer.currentLag(partition);
    } catch (IllegalStateException e) {
      return OptionalLong.empty(); // lost since the assignment was asked for
    }
  }

  private void take(ConsumerRecords<byte[], byte[]> records) {
    reads += records.nextOffsets().size();
    for (TopicPartition partition : records.partitions()) {
      commits.opened(partition, records.records(partition).getFirst().offset());
    }
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (ledger.receive(RecordReader.positionOf(record), RecordReader.sizeOf(record))) {
        undecided.add(record);
      }
    }
    records.nextOffsets().forEach((partition, next) -> ledger.readTo(partition, next.offset()));
    undecided.decide(this::handOn);
  }

  private void handOn(Read read) {
    switch (read) {
      case Read.Request(Execution execution) -> executions.accept(execution);
      case Read.Bad(Outcome outcome) -> outcomes.accept(outcome);
      case Read.Unknown _ -> throw new IllegalStateException("undecided records are not handed on");
    }
  }

  private void survive(KafkaException failed) {
    if (!KafkaTrouble.passes(failed)) {
      endBecauseOf(failed);
      return;
    }
    String message = KafkaTrouble.reading(failed);
    if (trouble == null) {
      LOG.warn(message);
    }
    trouble = message;
    try {
      settlements.bookWithin(BACK_OFF);
    } catch (InterruptedException e) {
      endBecauseOf(e);
    }
  }

  private void endBecauseOf(Throwable cause) {
    failure.completeExceptionally(KafkaTrouble.endOfReading(topics, cause));
  }

  /** Until when what runs is waited for; not at all where the worker cannot go on anyway. */
  private Instant patience() {
    if (failure.isDone()) {
      return Instant.MIN;
    }
    Instant usual = clock.instant().plus(drain);
    return stopBy.isBefore(usual) ? stopBy : usual;
  }
}
