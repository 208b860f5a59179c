package dev.paddock.loadtest;

import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.registry.RegistryUnavailableException;
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
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * What a worker's users send and receive. Requests go out at once or at a steady rate; of each
 * result it is known when its request was meant to be sent, so that a request that had to wait to
 * be sent counts with its wait (no coordinated omission).
 */
final class Traffic implements AutoCloseable {

  private static final String MEANT_AT = "meant-at-nanos";

  private static final int REGISTRY_TRIES = 5;

  private static final Duration POLL = Duration.ofMillis(20);

  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);

  /** What System.nanoTime() lacks to be the time since the epoch. */
  private final long epochNanos =
      TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - System.nanoTime();

  private final String requests;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Serializer<Object> serializer;
  private final Deserializer<Object> deserializer;

  Traffic(Map<String, String> settings) throws InterruptedException {
    Configuration configuration = Configuration.of(settings);
    Map<String, Object> serde = configuration.registry().serdeProperties();
    requests = configuration.topics().requests();
    serializer = configuration.serialization().newSerializer(serde);
    deserializer = configuration.serialization().newDeserializer(serde);
    producer = Clients.producer(configuration);
    consumer = Clients.reader(configuration);
    consumer.assign(Clients.partitions(configuration, configuration.topics().results()));
    awaitRegistry();
  }

  /** A registry's first answer may take longer than a client waits. */
  private void awaitRegistry() throws InterruptedException {
    for (int tries = 1; ; tries++) {
      try {
        serializer.serialize(requests, Workload.request().build());
        return;
      } catch (RegistryUnavailableException e) {
        if (tries == REGISTRY_TRIES) {
          throw e;
        }
        TimeUnit.SECONDS.sleep(1);
      }
    }
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
      send(request.apply(i), now);
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
                    send(request.apply(i), meant);
                  }
                });
    try {
      receive(count, arrived);
    } finally {
      stopped.set(true);
      sender.join();
    }
  }

  /** Sends so many copies of one request, whatever comes of them, and waits until all are sent. */
  void fill(int count, ExecutionRequest request) {
    byte[] bytes = serializer.serialize(requests, request);
    for (int i = 0; i < count; i++) {
      var _ = producer.send(new ProducerRecord<>(requests, bytes));
    }
    producer.flush();
  }

  @Override
  public void close() {
    producer.close();
    consumer.close();
    serializer.close();
    deserializer.close();
  }

  private void send(ExecutionRequest.Builder request, long meantNanos) {
    ExecutionRequest whole = request.setLabels(Map.of(MEANT_AT, Long.toString(meantNanos))).build();
    var _ = producer.send(new ProducerRecord<>(requests, serializer.serialize(requests, whole)));
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
        ExecutionResult result =
            (ExecutionResult)
                deserializer.deserialize(record.topic(), record.headers(), record.value());
        long meant = Long.parseLong(String.valueOf(result.getLabels().get(MEANT_AT)));
        arrived.accept(new Arrival(result, last - meant, startMicros(result, meant)));
        received++;
      }
      if (System.nanoTime() - last > PATIENCE_NANOS) {
        throw new IllegalStateException(
            "No result came for %d s; %d of %d were there"
                .formatted(TimeUnit.NANOSECONDS.toSeconds(PATIENCE_NANOS), received, count));
      }
    }
  }
}
