package dev.paddock.worker.publish;

import dev.paddock.worker.Execution;
import dev.paddock.worker.LogKeys;
import dev.paddock.worker.Outcome;
import dev.paddock.worker.Position;
import dev.paddock.worker.Spans;
import dev.paddock.worker.config.Configuration;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what became of requests. An outcome's position is reported as settled only when Kafka has
 * acknowledged all of its records; until then they are sent again, cut down where they are too
 * large. What can never be written ends the worker, so that nothing is committed past it.
 *
 * <p>{@link #accept} may be called from any thread and never blocks; one thread of its own
 * serializes and sends. What waits is bounded by what intake keeps in flight.
 */
public final class Publisher implements Outlet {

  private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

  private static final long BACK_OFF_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /**
   * What comes sooner after the last burst leaves with the next, since a batch costs Kafka and its
   * readers about as much as a record. Whoever comes alone leaves at once.
   */
  private static final long BURST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private sealed interface Work {

    record Arrived(Outcome outcome) implements Work {}

    record Sending(Parcel parcel, Letter letter, long notBeforeNanos) implements Work {}
  }

  private final Letters letters;
  private final LetterSerializer serializer;
  private final Consumer<Position> settled;
  private final LongConsumer delivered;
  private final KafkaProducer<byte[], byte[]> producer;
  private final int maxRequestSize;
  private final BlockingQueue<Work> queue = new LinkedBlockingQueue<>();
  private final AtomicBoolean troubled = new AtomicBoolean();
  private final CompletableFuture<Void> failure = new CompletableFuture<>();
  private final Thread thread = Thread.ofPlatform().name("publish").unstarted(this::run);

  /**
   * Prepares to write; {@link #start} begins.
   *
   * @param serializer of results and violations; closed with this
   * @param events called by the thread that writes
   * @param spans called by that one, too
   * @param settled called from Kafka's thread, and from that one; must not block
   * @param delivered likewise, told the timestamp of each request whose outcome is written, in ms
   *     since the epoch
   */
  public Publisher(
      Configuration configuration,
      Serializer<Object> serializer,
      EventWriter events,
      Spans spans,
      Consumer<Position> settled,
      LongConsumer delivered,
      Clock clock) {
    this.letters = new Letters(configuration.workerId(), events, spans);
    this.serializer = new LetterSerializer(configuration, serializer, clock);
    this.settled = settled;
    this.delivered = delivered;
    this.producer = ProducerFactory.create(configuration);
    this.maxRequestSize = configuration.kafka().maxRequestBytes();
  }

  @Override
  public void start(Duration patience) throws InterruptedException {
    serializer.registerSchemas(patience);
    thread.start();
  }

  @Override
  public void accept(Outcome outcome) {
    queue.add(new Work.Arrived(outcome));
  }

  @Override
  public PublishStatistics statistics() {
    return PublishStatistics.NONE;
  }

  @Override
  public CompletableFuture<Void> failure() {
    return failure;
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    producer.close(CLOSE_TIMEOUT);
    serializer.close();
  }

  private void run() {
    try {
      long next = System.nanoTime();
      while (true) {
        Work first = queue.take();
        TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
        next = System.nanoTime() + BURST_NANOS;
        for (@Nullable Work work = first; work != null; work = queue.poll()) {
          send(work);
        }
      }
    } catch (InterruptedException | InterruptException e) {
      LOG.debug("Stopped", e);
    } catch (RuntimeException | Error e) {
      failure.completeExceptionally(WriteFailure.ofEverything(e));
    }
  }

  private void send(Work work) throws InterruptedException {
    switch (work) {
      case Work.Arrived(Outcome outcome) -> send(outcome);
      case Work.Sending sending -> {
        TimeUnit.NANOSECONDS.sleep(sending.notBeforeNanos() - System.nanoTime());
        send(sending);
      }
    }
  }

  private void send(Outcome outcome) throws InterruptedException {
    Mail mail = letters.of(outcome);
    if (mail.letters().isEmpty()) {
      mail.span().end(null);
      written(outcome).accept(outcome.position());
      return;
    }
    Parcel parcel = new Parcel(outcome.position(), mail, written(outcome));
    for (Letter letter : mail.letters()) {
      send(new Work.Sending(parcel, letter, 0));
    }
  }

  /** Whom to tell of the position when all is written. */
  private Consumer<Position> written(Outcome outcome) {
    Execution execution = outcome.execution();
    if (execution == null) {
      return settled;
    }
    long requestedAt = execution.timestampMillis();
    return position -> {
      delivered.accept(requestedAt);
      settled.accept(position);
    };
  }

  private void send(Work.Sending sending) throws InterruptedException {
    ProducerRecord<byte[], byte[]> record =
        serializer.serialize(sending.letter(), sending.parcel().trace());
    var _ =
        producer.send(
            record,
            (_, trouble) -> {
              switch (trouble) {
                case null -> acknowledged(sending);
                case Exception e when Shears.isAtFault(sending.letter(), e) ->
                    cut(sending, record, e);
                case RetriableException e -> sendAgain(sending, record, e);
                // The broker has forgotten this producer, which by now has a new epoch.
                case OutOfOrderSequenceException e -> sendAgain(sending, record, e);
                case InvalidProducerEpochException e -> sendAgain(sending, record, e);
                // Kafka refuses the batch of a record that is at fault, and says no more of the
                // others.
                case KafkaException e when isEcho(sending, e) ->
                    queue.add(new Work.Sending(sending.parcel(), sending.letter(), 0));
                default -> giveUp(sending, record, trouble);
              }
            });
  }

  private static boolean isEcho(Work.Sending sending, KafkaException trouble) {
    return sending.letter() instanceof Letter.Event && trouble.getClass() == KafkaException.class;
  }

  private void acknowledged(Work.Sending sending) {
    if (troubled.get() && troubled.getAndSet(false)) {
      LOG.info("Kafka takes records again");
    }
    sending.parcel().acknowledged();
  }

  private void sendAgain(Work.Sending sending, ProducerRecord<?, ?> record, Exception trouble) {
    if (!troubled.getAndSet(true)) {
      LOG.warn("Writing to {} fails, which is tried again: {}", record.topic(), trouble.toString());
    }
    queue.add(
        new Work.Sending(sending.parcel(), sending.letter(), System.nanoTime() + BACK_OFF_NANOS));
  }

  private void cut(Work.Sending sending, ProducerRecord<byte[], byte[]> record, Exception trouble) {
    byte[] value = record.value();
    long observed = value == null ? 0 : value.length;
    long limit = observed > maxRequestSize ? maxRequestSize : 0;
    List<Letter> smaller = Shears.cut(sending.letter(), trouble, observed, limit);
    if (smaller.isEmpty()) {
      giveUp(sending, record, trouble);
      return;
    }
    LOG.atInfo()
        .addKeyValue(LogKeys.EXECUTION_ID, sending.letter().executionId())
        .addKeyValue(LogKeys.POSITION, sending.parcel().position())
        .log(
            "What became of an execution cannot go to {} as it is, and is cut down: {}",
            record.topic(),
            trouble.getMessage());
    sending.parcel().replaced(sending.letter(), smaller);
    smaller.forEach(
        letter -> queue.add(new Work.Sending(sending.parcel(), letter, System.nanoTime())));
  }

  private void giveUp(Work.Sending sending, ProducerRecord<?, ?> record, Exception trouble) {
    failure.completeExceptionally(
        WriteFailure.of(sending.parcel().position(), record.topic(), trouble));
  }
}
