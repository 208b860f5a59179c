package dev.paddock.worker.publish;

import dev.paddock.worker.Outcome;
import dev.paddock.worker.Position;
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
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.Serializer;
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
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private record Sending(Parcel parcel, Letter letter, long notBeforeNanos) {}

  private final Letters letters;
  private final LetterSerializer serializer;
  private final Consumer<Position> settled;
  private final KafkaProducer<byte[], byte[]> producer;
  private final int maxRequestSize;
  private final BlockingQueue<Sending> queue = new LinkedBlockingQueue<>();
  private final AtomicBoolean troubled = new AtomicBoolean();
  private final CompletableFuture<Void> failure = new CompletableFuture<>();
  private final Thread thread = Thread.ofPlatform().name("publish").unstarted(this::run);

  /**
   * Prepares to write; {@link #start} begins.
   *
   * @param serializer of results and violations; closed with this
   * @param settled called from Kafka's thread; must not block
   */
  public Publisher(
      Configuration configuration,
      Serializer<Object> serializer,
      Consumer<Position> settled,
      Clock clock) {
    this.letters = new Letters(configuration.workerId());
    this.serializer = new LetterSerializer(configuration, serializer, clock);
    this.settled = settled;
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
    List<Letter> all = letters.of(outcome);
    Parcel parcel = new Parcel(outcome.position(), all.size(), settled);
    all.forEach(letter -> queue.add(new Sending(parcel, letter, System.nanoTime())));
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
      while (true) {
        Sending sending = queue.take();
        TimeUnit.NANOSECONDS.sleep(sending.notBeforeNanos() - System.nanoTime());
        send(sending);
      }
    } catch (InterruptedException | InterruptException e) {
      LOG.debug("Stopped", e);
    } catch (RuntimeException | Error e) {
      failure.completeExceptionally(WriteFailure.ofEverything(e));
    }
  }

  private void send(Sending sending) throws InterruptedException {
    ProducerRecord<byte[], byte[]> record = serializer.serialize(sending.letter());
    var _ =
        producer.send(
            record,
            (_, trouble) -> {
              switch (trouble) {
                case null -> acknowledged(sending);
                case RecordTooLargeException e -> cut(sending, record, e);
                case RetriableException e -> sendAgain(sending, record, e);
                // The broker has forgotten this producer, which by now has a new epoch.
                case OutOfOrderSequenceException e -> sendAgain(sending, record, e);
                case InvalidProducerEpochException e -> sendAgain(sending, record, e);
                default -> giveUp(sending, record, trouble);
              }
            });
  }

  private void acknowledged(Sending sending) {
    if (troubled.get() && troubled.getAndSet(false)) {
      LOG.info("Kafka takes records again");
    }
    sending.parcel().acknowledged();
  }

  private void sendAgain(Sending sending, ProducerRecord<?, ?> record, Exception trouble) {
    if (!troubled.getAndSet(true)) {
      LOG.warn("Writing to {} fails, which is tried again: {}", record.topic(), trouble.toString());
    }
    queue.add(new Sending(sending.parcel(), sending.letter(), System.nanoTime() + BACK_OFF_NANOS));
  }

  private void cut(Sending sending, ProducerRecord<byte[], byte[]> record, Exception trouble) {
    long observed = record.value().length;
    long limit = observed > maxRequestSize ? maxRequestSize : 0;
    List<Letter> smaller = Shears.cut(sending.letter(), observed, limit);
    if (smaller.isEmpty()) {
      giveUp(sending, record, trouble);
      return;
    }
    LOG.info(
        "What became of {} is too large for {} with {} bytes, and is cut down",
        sending.parcel().position(),
        record.topic(),
        observed);
    sending.parcel().replaced(smaller.size());
    smaller.forEach(letter -> queue.add(new Sending(sending.parcel(), letter, System.nanoTime())));
  }

  private void giveUp(Sending sending, ProducerRecord<?, ?> record, Exception trouble) {
    failure.completeExceptionally(
        WriteFailure.of(sending.parcel().position(), record.topic(), trouble));
  }
}
