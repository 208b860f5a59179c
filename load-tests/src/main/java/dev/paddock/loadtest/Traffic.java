package dev.paddock.loadtest;

import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.worker.config.Configuration;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What a worker's users send and receive. Requests go out at once or at a steady rate; of each
 * result it is known when its request was meant to be sent, so that a request that had to wait to
 * be sent counts with its wait (no coordinated omission).
 */
final class Traffic implements AutoCloseable {

  private static final String MEANT_AT = "meant-at-nanos";

  private static final Duration POLL = Duration.ofMillis(20);

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** What System.nanoTime() lacks to be the time since the epoch. */
  private final long epochNanos =
      TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - System.nanoTime();

  private final String requests;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Wire wire;
  private final Duration patience;

  Traffic(Map<String, String> settings) throws InterruptedException {
    this(settings, new AvroWire(Configuration.of(settings)), PATIENCE);
  }

  /**
   * The same for others than a worker.
   *
   * @param wire what the values of records are like; closed with this
   * @param patience how long no result may come while some are waited for
   */
  Traffic(Map<String, String> settings, Wire wire, Duration patience) {
    Configuration configuration = Configuration.of(settings);
    requests = configuration.topics().requests();
    this.wire = wire;
    this.patience = patience;
    producer = Clients.producer(configuration);
    consumer = Clients.reader(configuration);
    consumer.assign(Clients.partitions(configuration, configuration.topics().results()));
  }

  /**
   * A result.
   *
   * @param nanos how long after its request was meant to be sent it could be read
   * @param startMicros how long after that its script began, to a millisecond or so
   */
  record Arrival(ExecutionResult result, long nanos, long startMicros) {}

  /** Sends so many at once and waits for as many results. */
  void burst(int count, IntFunction<ExecutionRequest.Builder> request, Consumer<Arrival> arrived) {
    long now = System.nanoTime();
    for (int i = 0; i < count; i++) {
      send(null, request.apply(i), now);
    }
    receive(count, arrived);
  }

  /** Sends so many at a rate, whatever comes back, and waits for as many results. */
  void steadily(
      int count,
      double perSecond,
      IntFunction<ExecutionRequest.Builder> request,
      Consumer<Arrival> arrived)
      throws InterruptedException {
    long begin = System.nanoTime();
    double gapNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
    AtomicBoolean stopped = new AtomicBoolean();
    Thread sender =
        Thread.ofPlatform()
            .daemon()
            .name("steady-sender")
            .start(
                () -> {
                  for (int i = 0; i < count && !stopped.get(); i++) {
                    long meant = begin + (long) (i * gapNanos);
                    while (System.nanoTime() < meant) {
                      LockSupport.parkNanos(meant - System.nanoTime());
                    }
                    send(null, request.apply(i), meant);
                  }
                });
    try {
      receive(count, arrived);
    } finally {
      stopped.set(true);
      sender.join();
    }
  }

  /** Sends so many at a rate, or at once where it is null, and waits for as many results. */
  void run(
      int count,
      @Nullable Double perSecond,
      IntFunction<ExecutionRequest.Builder> request,
      Consumer<Arrival> arrived)
      throws InterruptedException {
    if (perSecond == null) {
      burst(count, request, arrived);
    } else {
      steadily(count, perSecond, request, arrived);
    }
  }

  /** Sends so many copies of one request, whatever comes of them, and waits until all are sent. */
  void fill(int count, ExecutionRequest request) {
    byte[] bytes = wire.request(request);
    for (int i = 0; i < count; i++) {
      var _ = producer.send(new ProducerRecord<>(requests, bytes));
    }
    producer.flush();
  }

  /** Sends one to a partition, without waiting for its result. */
  void send(int partition, ExecutionRequest.Builder request) {
    send(partition, request, System.nanoTime());
  }

  /** Hands on the results that are there, after waiting a moment for the first. */
  void poll(Consumer<Arrival> arrived) {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      arrived.accept(arrival(record, System.nanoTime()));
    }
  }

  @Override
  public void close() {
    producer.close();
    consumer.close();
    wire.close();
  }

  private void send(
      @Nullable Integer partition, ExecutionRequest.Builder request, long meantNanos) {
    ExecutionRequest whole = request.setLabels(Map.of(MEANT_AT, Long.toString(meantNanos))).build();
    var _ = producer.send(new ProducerRecord<>(requests, partition, null, wire.request(whole)));
  }

  private Arrival arrival(ConsumerRecord<byte[], byte[]> record, long now) {
    ExecutionResult result = wire.result(record);
    long meant = Long.parseLong(String.valueOf(result.getLabels().get(MEANT_AT)));
    return new Arrival(result, now - meant, startMicros(result, meant));
  }

  private long startMicros(ExecutionResult result, long meantNanos) {
    long completed = TimeUnit.MILLISECONDS.toMicros(result.getCompletedAt().toEpochMilli());
    long meant = TimeUnit.NANOSECONDS.toMicros(meantNanos + epochNanos);
    return Math.max(0, completed - result.getUsage().getWallMicros() - meant);
  }

  private void receive(int count, Consumer<Arrival> arrived) {
    long last = System.nanoTime();
    for (int received = 0; received < count; ) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        last = System.nanoTime();
        arrived.accept(arrival(record, last));
        received++;
      }
      if (System.nanoTime() - last > patience.toNanos()) {
        throw new IllegalStateException(
            "No result came for %d s; %d of %d were there"
                .formatted(patience.toSeconds(), received, count));
      }
    }
  }
}
