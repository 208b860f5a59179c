package dev.paddock.local.testing;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;

/**
 * Apache's image of the broker and Confluent's of the registry, one of each for a JVM, with which
 * they end. May be called by any thread.
 */
public final class Containers {

  static final String IMPOSSIBLE =
      "NOT RUN: -Pdocker runs this suite on containers, and no Docker engine answers here. Start"
          + " one, or set DOCKER_HOST; without -Pdocker it runs on the local broker and registry";

  private static final Logger LOG = LoggerFactory.getLogger(Containers.class);

  /** The broker of the version that the clients have. */
  private static final String BROKER = "apache/kafka:" + System.getProperty("paddock.test.kafka");

  private static final String REGISTRY = "confluentinc/cp-schema-registry:8.3.2";
  private static final int REGISTRY_PORT = 8081;

  /** Where the registry finds the broker, in their network. */
  private static final String INSIDE = "kafka:19092";

  private static @Nullable Boolean answers;
  private static @Nullable Services running;

  private Containers() {}

  /** Whether this build is one with containers. */
  public static boolean wanted() {
    return "docker".equals(System.getProperty("paddock.test.services"));
  }

  static synchronized boolean possible() {
    Boolean known = answers;
    if (known == null) {
      known = DockerClientFactory.instance().isDockerAvailable();
      answers = known;
      if (!known) {
        LOG.warn(IMPOSSIBLE);
      }
    }
    return known;
  }

  /**
   * Both, started by the first who asks.
   *
   * @param properties of the broker, beside the usual ones; those of the first who asks count
   */
  public static synchronized Services services(Map<String, String> properties) {
    Services services = running;
    if (services == null) {
      services = start(properties);
      running = services;
    }
    return services;
  }

  private static Services start(Map<String, String> properties) {
    Network network = Network.newNetwork();
    Map<String, String> environment = new HashMap<>();
    environment.put(variable("auto.create.topics.enable"), "false");
    environment.put(variable("share.coordinator.state.topic.replication.factor"), "1");
    environment.put(variable("share.coordinator.state.topic.min.isr"), "1");
    properties.forEach((key, value) -> environment.put(variable(key), value));
    KafkaContainer broker =
        new KafkaContainer(BROKER).withNetwork(network).withListener(INSIDE).withEnv(environment);
    broker.start();
    GenericContainer<?> registry =
        new GenericContainer<>(REGISTRY)
            .withNetwork(network)
            .withExposedPorts(REGISTRY_PORT)
            .withEnv("SCHEMA_REGISTRY_HOST_NAME", "registry")
            .withEnv("SCHEMA_REGISTRY_LISTENERS", "http://0.0.0.0:" + REGISTRY_PORT)
            .withEnv("SCHEMA_REGISTRY_KAFKASTORE_BOOTSTRAP_SERVERS", "PLAINTEXT://" + INSIDE)
            .waitingFor(Wait.forHttp("/subjects").forPort(REGISTRY_PORT));
    registry.start();
    return new Services(
        broker.getBootstrapServers(),
        "http://%s:%d".formatted(registry.getHost(), registry.getMappedPort(REGISTRY_PORT)));
  }

  /** How Apache's image is told a property whose name has letters and dots alone. */
  private static String variable(String property) {
    return "KAFKA_" + property.toUpperCase(Locale.ROOT).replace('.', '_');
  }
}
