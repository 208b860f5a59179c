package dev.paddock.worker.config;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/**
 * What every Kafka client of one kind is given, before Paddock adds what it owns. Has secrets in
 * it: only {@link #toString} is fit to print.
 */
public record KafkaConfig(
    Map<String, Object> consumer, Map<String, Object> producer, Map<String, Object> admin) {

  /** Kafka's own default. */
  private static final int DEFAULT_MAX_REQUEST_BYTES = 1 << 20;

  /** Copies the maps. */
  public KafkaConfig {
    consumer = Map.copyOf(consumer);
    producer = Map.copyOf(producer);
    admin = Map.copyOf(admin);
  }

  /** The same with every kind's properties changed. */
  public KafkaConfig with(UnaryOperator<Map<String, Object>> change) {
    return new KafkaConfig(change.apply(consumer), change.apply(producer), change.apply(admin));
  }

  /** For a consumer in no group, which reads all that is committed, from the beginning. */
  public Map<String, Object> reader() {
    Map<String, Object> properties = new HashMap<>(consumer);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    return properties;
  }

  /** The largest record that the producer takes, in bytes. */
  public int maxRequestBytes() {
    Object set = producer.get("max.request.size");
    return set == null ? DEFAULT_MAX_REQUEST_BYTES : Integer.parseInt(set.toString().strip());
  }

  @Override
  public String toString() {
    return "KafkaConfig[consumer=%s, producer=%s, admin=%s]"
        .formatted(shown(consumer), shown(producer), shown(admin));
  }

  private static Map<String, Object> shown(Map<String, Object> properties) {
    Map<String, Object> shown = new TreeMap<>(properties);
    shown.replaceAll((key, value) -> Secret.shown(key, value.toString()));
    return shown;
  }
}
