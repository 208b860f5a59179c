package dev.paddock.worker.publish;

import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.schemas.SourcePosition;
import dev.paddock.schemas.Usage;
import dev.paddock.schemas.Violation;
import dev.paddock.schemas.ViolationKind;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.RegistryTrouble;
import dev.paddock.worker.config.TopicsConfig;
import io.opentelemetry.api.trace.SpanContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes records of letters; waits where the schema registry cannot be used. Used by one thread. */
final class LetterSerializer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LetterSerializer.class);

  private static final Duration BACK_OFF = Duration.ofMillis(500);

  private final boolean requests;
  private final TopicsConfig topics;
  private final String registry;
  private final Serializer<Object> serializer;
  private final Clock clock;

  LetterSerializer(Configuration configuration, Serializer<Object> serializer, Clock clock) {
    this.requests = configuration.intake().requests();
    this.topics = configuration.topics();
    this.registry = configuration.registry().url();
    this.serializer = serializer;
    this.clock = clock;
  }

  /**
   * Serializes one of each, so that the schemas are registered before there is anything to lose.
   *
   * @throws IllegalStateException where that does not succeed within the patience
   */
  void registerSchemas(Duration patience) throws InterruptedException {
    SourcePosition nowhere = new SourcePosition("", 0, 0L);
    Letter result =
        new Letter.Result(
            null,
            ExecutionResult.newBuilder()
                .setExecutionId("")
                .setTenant("")
                .setStatus(ExecutionStatus.SUCCEEDED)
                .setUsage(new Usage(0L, 0L, 0L, 0L, 0L))
                .setScriptSha256("")
                .setSource(nowhere)
                .setWorker("")
                .setCompletedAt(Instant.EPOCH)
                .build(),
            0);
    Letter violation =
        new Letter.Audit(
            Violation.newBuilder()
                .setExecutionId("")
                .setTenant("")
                .setKind(ViolationKind.MALFORMED_REQUEST)
                .setMessage("")
                .setSource(nowhere)
                .setWorker("")
                .setOccurredAt(Instant.EPOCH)
                .build(),
            0);
    Instant until = clock.instant().plus(patience);
    for (Letter letter : requests ? List.of(result, violation) : List.of(violation)) {
      var _ = serialize(letter, until);
    }
  }

  /** Serializes a letter of a trace, waiting for the registry as long as it takes. */
  ProducerRecord<byte[], byte[]> serialize(Letter letter, SpanContext trace)
      throws InterruptedException {
    ProducerRecord<byte[], byte[]> record = serialize(letter, Instant.MAX);
    if (!(letter instanceof Letter.Event)) { // who has made that has set the headers
      TraceHeaders.set(record.headers(), trace);
    }
    return record;
  }

  @Override
  public void close() {
    serializer.close();
  }

  private ProducerRecord<byte[], byte[]> serialize(Letter letter, Instant until)
      throws InterruptedException {
    return switch (letter) {
      case Letter.Result result -> serialize(topics.results(), result.key(), result.value(), until);
      case Letter.Audit audit -> serialize(topics.violations(), audit.key(), audit.value(), until);
      case Letter.Event event -> event.record();
    };
  }

  private ProducerRecord<byte[], byte[]> serialize(
      String topic, byte @Nullable [] key, SpecificRecord record, Instant until)
      throws InterruptedException {
    boolean warned = false;
    while (true) {
      try {
        byte[] value = serializer.serialize(topic, record);
        if (warned) {
          LOG.info("The schema registry can be used again; writing goes on");
        }
        return new ProducerRecord<>(topic, key, value);
      } catch (RuntimeException e) {
        if (!RegistryTrouble.isReason(e) || clock.instant().isAfter(until)) {
          throw new IllegalStateException(
              "A record for %s cannot be serialized with the schema registry at %s: %s"
                  .formatted(topic, registry, RegistryTrouble.reasons(e)),
              e);
        }
        if (!warned) {
          LOG.warn(
              "The schema registry cannot be used, so writing waits until it can: {}",
              RegistryTrouble.reasons(e));
          warned = true;
        }
        Thread.sleep(BACK_OFF);
      }
    }
  }
}
