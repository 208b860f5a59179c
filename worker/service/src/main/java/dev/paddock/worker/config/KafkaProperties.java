package dev.paddock.worker.config;

import dev.paddock.worker.config.Sources.Found;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * Deals the keys below {@code kafka.} out to the kinds of clients, and refuses what Paddock owns.
 */
final class KafkaProperties {

  private static final String BY_INTAKE_GROUP = "set intake.group instead";
  private static final String BY_SERIALIZER = "set serialization.serializer instead";
  private static final String BY_DESERIALIZER = "set serialization.deserializer instead";
  private static final String BY_COMMIT =
      "Paddock commits behind published results; set intake.commit.interval.ms instead";
  private static final String BY_DELIVERY =
      "Paddock's delivery guarantee depends on it, so it cannot be set";

  private static final String BY_COMMITTED =
      "it is read_committed, since requests of transactions that were aborted are not to be run";

  private static final Map<String, String> OWNED =
      Map.ofEntries(
          Map.entry(ConsumerConfig.GROUP_ID_CONFIG, BY_INTAKE_GROUP),
          Map.entry(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "set intake.protocol instead"),
          Map.entry(ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG, BY_DELIVERY),
          Map.entry(ConsumerConfig.SHARE_ACQUIRE_MODE_CONFIG, BY_DELIVERY),
          Map.entry(ConsumerConfig.ISOLATION_LEVEL_CONFIG, BY_COMMITTED),
          Map.entry(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, BY_COMMIT),
          Map.entry(ConsumerConfig.AUTO_COMMIT_INTERVAL_MS_CONFIG, BY_COMMIT),
          Map.entry(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, BY_DESERIALIZER),
          Map.entry(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, BY_DESERIALIZER),
          Map.entry(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, BY_SERIALIZER),
          Map.entry(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, BY_SERIALIZER),
          Map.entry(ProducerConfig.ACKS_CONFIG, BY_DELIVERY),
          Map.entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, BY_DELIVERY),
          Map.entry(ProducerConfig.TRANSACTIONAL_ID_CONFIG, BY_DELIVERY));

  /**
   * Near enough to a known property to be a slip of the pen rather than a plug-in's own property.
   */
  private static final int SLIP = 2;

  /** A kind of Kafka client, with the properties that Kafka declares for it. */
  private record Client(String prefix, ConfigDef definition) {

    static final Client CONSUMER = new Client("consumer.", ConsumerConfig.configDef());
    static final Client PRODUCER = new Client("producer.", ProducerConfig.configDef());
    static final Client ADMIN = new Client("admin.", AdminClientConfig.configDef());
    static final List<Client> ALL = List.of(CONSUMER, PRODUCER, ADMIN);

    boolean knows(String property) {
      return definition.names().contains(property);
    }
  }

  private final Sources sources;
  private final Problems problems;
  private final Set<String> known = new TreeSet<>();

  KafkaProperties(Sources sources, Problems problems) {
    this.sources = sources;
    this.problems = problems;
    for (Client client : Client.ALL) {
      known.addAll(client.definition.names());
    }
  }

  KafkaConfig deal(String bootstrapServers) {
    return new KafkaConfig(
        deal(Client.CONSUMER, bootstrapServers),
        deal(Client.PRODUCER, bootstrapServers),
        deal(Client.ADMIN, bootstrapServers));
  }

  private Map<String, Object> deal(Client client, String bootstrapServers) {
    Map<String, Object> properties = new TreeMap<>();
    properties.put("bootstrap.servers", bootstrapServers);
    for (String key : sources.keys().keySet()) {
      String property = key.startsWith(Settings.KAFKA_PREFIX) ? sharedProperty(key) : null;
      // A property that no client knows belongs to a plug-in, such as an interceptor.
      if (property != null && (client.knows(property) || !known.contains(property))) {
        put(properties, client, key, property);
      }
    }
    // After the shared ones: what is meant for one kind of client goes before them.
    String prefix = Settings.KAFKA_PREFIX + client.prefix;
    for (String key : sources.keys().keySet()) {
      if (key.startsWith(prefix)) {
        put(properties, client, key, key.substring(prefix.length()));
      }
    }
    return properties;
  }

  /** The property that a key sets for every client, or null where it is for one kind only. */
  private static @Nullable String sharedProperty(String key) {
    String property = key.substring(Settings.KAFKA_PREFIX.length());
    boolean own = Client.ALL.stream().anyMatch(one -> property.startsWith(one.prefix));
    return own || key.equals(Settings.BOOTSTRAP_SERVERS.name()) ? null : property;
  }

  private void put(Map<String, Object> properties, Client client, String key, String property) {
    Found value = sources.find(key);
    if (value == null) {
      return;
    }
    String origin = value.origin();
    String owned = OWNED.get(property);
    if (owned != null) {
      problems.add(key + " (from " + origin + ") is Paddock's own: " + owned);
      return;
    }
    if (!known.contains(property)) {
      String nearest = NearestName.of(property, known);
      if (NearestName.distance(property, nearest) <= SLIP) {
        problems.add(
            "%s (from %s) is unknown; did you mean kafka.%s?".formatted(key, origin, nearest));
        return;
      }
    }
    ConfigDef.ConfigKey definition = client.definition.configKeys().get(property);
    if (definition != null) {
      check(definition, key, value);
    }
    properties.put(property, value.text());
  }

  private void check(ConfigDef.ConfigKey definition, String key, Found value) {
    try {
      Object parsed = ConfigDef.parseType(definition.name, value.text(), definition.type());
      if (definition.validator != null) {
        definition.validator.ensureValid(definition.name, parsed);
      }
    } catch (ConfigException e) {
      // Kafka's own message repeats the value, which may be a secret.
      String allowed = definition.validator == null ? "" : ", " + definition.validator;
      problems.add(
          "%s is %s (from %s); Kafka wants %s%s"
              .formatted(
                  key,
                  Secret.quoted(key, value.text()),
                  value.origin(),
                  definition.type(),
                  allowed));
    }
  }
}
