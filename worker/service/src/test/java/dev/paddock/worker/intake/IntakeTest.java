package dev.paddock.worker.intake;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.paddock.local.LocalServices;
import dev.paddock.worker.app.SharedServices;
import dev.paddock.worker.app.Topics;
import dev.paddock.worker.config.Configuration;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(SharedServices.class)
class IntakeTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final LocalServices services;

  IntakeTest(LocalServices services) {
    this.services = services;
  }

  private static Stream<RuntimeException> ends() {
    return Stream.of(
        new IllegalStateException("a test's"), new TopicAuthorizationException("requests"));
  }

  /** The one that it was reading, which is in flight for good; the drain would take an hour. */
  @ParameterizedTest
  @MethodSource("ends")
  void whereItCanNoLongerReadItWaitsForNothingThatRuns(RuntimeException end) throws Exception {
    String name = "i" + UUID.randomUUID();
    Configuration configuration =
        Configuration.of(
            Map.of(
                "kafka.bootstrap.servers", services.broker().bootstrapServers(),
                "topics.requests", name + ".requests",
                "topics.results", name + ".results",
                "topics.violations", name + ".violations",
                "topics.scripts", name + ".scripts",
                "intake.group", name,
                "intake.drain.ms", "3600000"));
    Topics.create(configuration);
    String requests = configuration.topics().requests();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            configuration.kafka().producer(),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(requests, new byte[] {1})).get();
    }
    Clock clock = Clock.systemUTC();
    Intake intake =
        new Intake(
            configuration,
            new RecordReaders(Map.of(requests, new RequestReader((_, _) -> "", clock))),
            _ -> {},
            _ -> {},
            _ -> {
              throw end;
            },
            null,
            clock);
    intake.start();

    assertThrows(
        ExecutionException.class,
        () -> intake.failure().get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    assertSame(end, intake.failure().exceptionNow().getCause());
    assertTimeoutPreemptively(PATIENCE, () -> intake.stop(Duration.ZERO));
  }
}
