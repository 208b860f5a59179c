package dev.paddock.worker.publish;

import dev.paddock.worker.config.Configuration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes the producer: what users set, between what Paddock suggests and what it owns. */
public final class ProducerFactory {

  /** How long a dead worker's last transaction may hold back readers and its successor. */
  private static final int TRANSACTION_TIMEOUT_MILLIS = 15_000;

  private ProducerFactory() {}

  /** A producer of single records. */
  public static KafkaProducer<byte[], byte[]> create(Configuration configuration) {
    return create(configuration, Map.of());
  }

  /**
   * A producer of transactions.
   *
   * @param transactionalId whoever comes with it ends what the one before left open
   */
  public static KafkaProducer<byte[], byte[]> create(
      Configuration configuration, String transactionalId) {
    return create(configuration, Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId));
  }

  /** An id that no other producer has, such as users are granted by its beginning. */
  public static String transactionalId(Configuration configuration) {
    return "paddock-%s-%s-%s"
        .formatted(configuration.intake().group(), configuration.workerId(), UUID.randomUUID());
  }

  private static KafkaProducer<byte[], byte[]> create(
      Configuration configuration, Map<String, Object> own) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(ProducerConfig.CLIENT_ID_CONFIG, configuration.workerId());
    // Results leave in batches that are worth a request and compress well.
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 64 << 10);
    properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    if (configuration.delivery().transactional()) {
      properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MILLIS);
    }
    properties.putAll(configuration.kafka().producer());
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    properties.putAll(own);
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
