package dev.paddock.worker.intake;

import dev.paddock.worker.Position;
import dev.paddock.worker.config.Configuration;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread with a share consumer: takes a batch, hands it on, accepts each record when its outcome
 * is published, and takes the next batch when all are. Meanwhile it renews the locks of the rest.
 *
 * <p>It does not poll while a renewal is under way: the consumer would fetch records that it can
 * give out only when the whole batch is done, and whose locks nobody renews. What a batch that took
 * long has left in doubt is renewed before it is handed on.
 */
final class ShareReader {

  private static final Logger LOG = LoggerFactory.getLogger(ShareReader.class);

  private static final Duration POLL = Duration.ofMillis(100);

  /** How often it is looked whether the broker has renewed locks. */
  private static final Duration LOOK = Duration.ofMillis(10);

  private static final Duration BACK_OFF = Duration.ofMillis(500);

  /** A lock is renewed twice before it would end. */
  private static final int RENEWALS_PER_LOCK = 3;

  /** Kafka's own default, for as long as the broker has not said. */
  private static final Duration USUAL_LOCK = Duration.ofSeconds(30);

  /** The client gives up after a minute, and says so. */
  private static final Duration RENEWAL_PATIENCE = Duration.ofMinutes(2);

  /** A broker that is away must not hold up a shutdown for long. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(10);

  private final Duration commitInterval;
  private final Supplier<ShareConsumer<byte[], byte[]>> consumers;
  private final RecordReaders readers;
  private final ShareTriage triage;
  private final Consumer<Throwable> fatal;
  private final Clock clock;
  private final LongSupplier settlements;
  private final Undecided undecided;
  private final Watchdog watchdog;
  private final ShareBatch batch = new ShareBatch();
  private final BlockingQueue<Position> answers = new LinkedBlockingQueue<>();
  private final LongAdder taken = new LongAdder();
  private final Thread thread;
  private ShareConsumer<byte[], byte[]> consumer;
  private Instant polled;
  private Instant renewAt = Instant.MAX;
  private Instant commitAt;
  private volatile int held;
  private volatile boolean stopping;
  private volatile Instant stopBy = Instant.MAX;
  private volatile @Nullable String trouble;

  /**
   * Prepares to read.
   *
   * @param consumers makes the consumer, and another where one has come to grief
   * @param readers used and closed by the thread
   * @param settlements counts what is answered in the whole worker: another reader's requests may
   *     go first
   * @param fatal told why nothing can be read any more
   * @throws KafkaException where Kafka refuses the configuration
   */
  ShareReader(
      Configuration configuration,
      Supplier<ShareConsumer<byte[], byte[]>> consumers,
      RecordReaders readers,
      ShareTriage triage,
      LongSupplier settlements,
      Consumer<Throwable> fatal,
      Clock clock) {
    this.commitInterval = configuration.intake().commitInterval();
    this.consumers = consumers;
    this.readers = readers;
    this.triage = triage;
    this.settlements = settlements;
    this.fatal = fatal;
    this.clock = clock;
    this.undecided = new Undecided(readers, clock);
    this.watchdog = new Watchdog(configuration, clock);
    this.thread = Thread.ofPlatform().name("intake").unstarted(this::run);
    this.polled = clock.instant();
    this.commitAt = polled;
    this.consumer = consumers.get();
  }

  void start() {
    thread.start();
  }

  /** Why nothing is read for the time being. From any thread. */
  List<String> troubles() {
    return Stream.concat(
            Stream.of(trouble, undecided.trouble()).flatMap(Stream::ofNullable),
            watchdog.troubles().stream())
        .toList();
  }

  /** How many records it holds. From any thread. */
  int held() {
    return held;
  }

  /** Counts the records that it was given. From any thread. */
  long taken() {
    return taken.sum();
  }

  /** A record's outcome is published. From any thread. */
  void answered(Position position) {
    answers.add(position);
  }

  /** Lets it end, at the latest then, and give back what is not done. From any thread. */
  void stop(Instant until) {
    if (!stopping || until.isBefore(stopBy)) {
      stopBy = until;
    }
    stopping = true;
  }

  /** Waits until it has ended. */
  void join() {
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
    try (undecided) {
      read();
      while (!stopping) {
        consumer = consumers.get();
        read();
      }
    } catch (InterruptedException | RuntimeException | Error e) {
      fatal.accept(e);
    }
  }

  /** Reads until it is to stop, or until the consumer has come to grief. */
  private void read() throws InterruptedException {
    try {
      consumer.setAcknowledgementCommitCallback(batch);
      consumer.subscribe(readers.topics());
      while (!stopping && !isStuck()) {
        undecided.decide(this::handOn);
        turn();
      }
      while (batch.running() > 0 && clock.instant().isBefore(stopBy) && !isStuck()) {
        turn();
      }
      giveBack();
    } finally {
      close();
      batch.clear();
      held = 0;
    }
  }

  private void turn() throws InterruptedException {
    watchdog.turn();
    try {
      if (batch.isEmpty()) {
        take();
      } else {
        hold();
      }
      held = batch.size();
      if (batch.refusal() != null) {
        throw batch.refusal();
      }
      if (watchdog.isDue()) {
        watchdog.look(look());
      }
      trouble = null;
    } catch (KafkaException e) {
      survive(e);
    }
  }

  /**
   * A share consumer does not know what waits in Kafka, nor need it have anything to acknowledge.
   */
  private Watchdog.Look look() {
    long bytes = Watchdog.bytesFrom(consumer.metrics());
    return new Watchdog.Look(0, 0, batch.running(), settlements.getAsLong(), 0, 0, bytes, null);
  }

  private void take() {
    boolean proven = clock.instant().isBefore(polled.plus(renewalInterval()));
    ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
    polled = clock.instant();
    batch.add(records, proven);
    held = batch.size();
    taken.add(records.count());
    if (proven) {
      renewAt = polled.plus(renewalInterval());
      begin(records);
    } else {
      renewAt = polled;
    }
  }

  /** What must be answered at once goes first: a script of the same batch may end the worker. */
  private void begin(Iterable<ConsumerRecord<byte[], byte[]>> records) {
    StreamSupport.stream(records.spliterator(), false)
        .sorted(Comparator.comparingInt(record -> -RecordReader.deliveryOf(record)))
        .forEach(undecided::add);
    undecided.decide(this::handOn);
  }

  private void handOn(Read read) {
    switch (read) {
      case Read.Request request -> batch.started(request.execution().position());
      case Read.Bad bad -> batch.started(bad.outcome().position());
      case Read.Unknown _ -> throw new IllegalStateException("undecided records are not handed on");
    }
    triage.handOn(read, this);
  }

  private void hold() throws InterruptedException {
    bookWithin(batch.isRenewing() ? LOOK : untilRenewal());
    batch.accept(consumer);
    if (batch.isRenewing()) {
      consumer.commitAsync(); // calls back
    }
    if (batch.isRenewed() && !batch.isRenewing()) {
      begin(batch.takeBack(consumer.poll(Duration.ZERO)));
    }
    Instant now = clock.instant();
    if (!now.isBefore(renewAt) && !batch.isRenewing()) {
      batch.renew(consumer);
      renewAt = now.plus(renewalInterval());
      commitAt = now;
    }
    if (!now.isBefore(commitAt)) {
      consumer.commitAsync();
      commitAt = now.plus(commitInterval);
    }
  }

  private Duration untilRenewal() {
    Duration left = Duration.between(clock.instant(), renewAt);
    return left.compareTo(POLL) < 0 ? left : POLL;
  }

  private void bookWithin(Duration wait) throws InterruptedException {
    @Nullable Position position = answers.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
    while (position != null) {
      batch.answered(position);
      position = answers.poll();
    }
  }

  private Duration renewalInterval() {
    return consumer
        .acquisitionLockTimeoutMs()
        .map(Duration::ofMillis)
        .orElse(USUAL_LOCK)
        .dividedBy(RENEWALS_PER_LOCK);
  }

  /** Whether the client has not said for very long what became of a renewal. */
  private boolean isStuck() {
    boolean stuck = batch.isRenewing() && clock.instant().isAfter(renewAt.plus(RENEWAL_PATIENCE));
    if (stuck) {
      LOG.warn("Kafka's client does not say whether locks are renewed; another one is made");
    }
    return stuck;
  }

  private void giveBack() throws InterruptedException {
    List<ConsumerRecord<byte[], byte[]>> last =
        batch.notStarted().stream().filter(triage::isLastDelivery).toList();
    Instant until = clock.instant().plus(LAST_WORDS);
    for (ConsumerRecord<byte[], byte[]> record : last) {
      batch.started(RecordReader.positionOf(record));
      triage.leaveTrace(record, this);
    }
    bookWithin(Duration.ZERO);
    while (!last.isEmpty() && batch.running() > 0 && clock.instant().isBefore(until)) {
      hold();
    }
    batch.accept(consumer);
    int unfinished = batch.size();
    batch.release(consumer);
    var _ = consumer.commitSync(LAST_WORDS);
    if (unfinished > 0) {
      LOG.info("Gave back {} unfinished records, which another worker will run", unfinished);
    }
  }

  private void close() {
    try {
      consumer.close(LAST_WORDS);
    } catch (KafkaException e) {
      LOG.warn("The consumer could not be closed in good order", e);
    }
  }

  private void survive(KafkaException failed) throws InterruptedException {
    if (!KafkaTrouble.passes(failed)) {
      throw failed;
    }
    String message = KafkaTrouble.reading(failed);
    if (trouble == null) {
      LOG.warn(message);
    }
    trouble = message;
    bookWithin(BACK_OFF);
  }
}
