package dev.paddock.worker.app;

import static dev.paddock.worker.app.Checks.numbers;
import static dev.paddock.worker.app.Checks.outputs;
import static dev.paddock.worker.app.Checks.sendNumbers;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.local.LocalServices;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.TopicsConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Workers whose user lacks a right, at a broker that speaks TLS and checks passwords. */
@ExtendWith(SharedServices.class)
@Tag("long")
class RightsTest {

  private final LocalServices services;
  private final SecuredBroker broker;
  private final String user = "worker-" + UUID.randomUUID();

  RightsTest(LocalServices services, SecuredBroker broker) {
    this.services = services;
    this.broker = broker;
  }

  @Test
  void whatTheWorkerMayNotDoToTopicsIsNamedAtItsStart() throws Exception {
    try (Scene scene = scene()) {
      TopicsConfig topics = scene.configuration("w1").topics();
      Map<String, String> settings = broker.newUser(user);
      broker.grant(user, AclOperation.DESCRIBE, ResourceType.TOPIC, topics.requests());
      broker.grant(user, AclOperation.WRITE, ResourceType.TOPIC, topics.violations());

      StartException refused =
          assertThrows(StartException.class, () -> scene.worker("w1", settings));

      assertEquals(
          "Kafka at %s does not give this user the rights that it needs; grant it Read on topic %s, Write on topic %s"
              .formatted(broker.bootstrapServers(), topics.requests(), topics.results()),
          refused.getMessage());
    }
  }

  @Test
  void aWorkerThatMayNotUseTransactionsSaysAtItsStartWhatToGrant() throws Exception {
    try (Scene scene = scene()) {
      TopicsConfig topics = scene.configuration("w1").topics();
      Map<String, String> settings = new HashMap<>(broker.newUser(user));
      settings.put("delivery.guarantee", "exactly-once");
      broker.grant(user, AclOperation.READ, ResourceType.TOPIC, topics.requests());
      broker.grant(user, AclOperation.WRITE, ResourceType.TOPIC, topics.results());
      broker.grant(user, AclOperation.WRITE, ResourceType.TOPIC, topics.violations());

      StartException refused =
          assertThrows(StartException.class, () -> scene.worker("w1", settings));

      String message = String.valueOf(refused.getMessage());
      assertTrue(
          message.contains("grant this user Write on transactional ids that begin with paddock-"),
          message);
    }
  }

  @Test
  void aGroupThatTheWorkerMayNotUseEndsIt() throws Exception {
    try (Scene scene = scene()) {
      Map<String, String> settings = userWithTopics(scene);

      String message = end(scene.worker("w1", settings));

      String group = scene.configuration("w1").intake().group();
      assertTrue(message.contains("grant this user Read on group " + group), message);
      assertEquals(0, scene.committed());
    }
  }

  @Test
  void aShareGroupThatWouldLoseRequestsAndMayNotBeChangedIsRefused() throws Exception {
    try (Scene scene = scene()) {
      Map<String, String> settings = new HashMap<>(userWithTopics(scene));
      settings.put("intake.mode", "share-group");
      String group = scene.configuration("w1").intake().group();
      broker.grant(user, AclOperation.READ, ResourceType.GROUP, group);

      String unseen = refusal(scene, settings);
      assertTrue(unseen.contains("grant it DescribeConfigs on group " + group), unseen);

      broker.grant(user, AclOperation.DESCRIBE_CONFIGS, ResourceType.GROUP, group);
      String unchanged = refusal(scene, settings);
      assertTrue(unchanged.contains("Grant it AlterConfigs on group " + group), unchanged);
      assertTrue(
          unchanged.contains(
              "--add-config share.auto.offset.reset=earliest,share.isolation.level=read_committed"),
          unchanged);

      Topics.create(
          Configuration.of(scene.settings("admin", Map.of("intake.mode", "share-group"))));
      settings.put("management.address", "127.0.0.1:0");
      sendNumbers(scene, "e", 0, 3, Checks.NUMBER);
      Worker worker = scene.worker("w1", settings);
      assertEquals(numbers("e", 0, 3), outputs(scene.results(3)));
      await("the lag, for which Read is enough")
          .atMost(Scene.PATIENCE)
          .until(() -> metrics(worker).contains("\npaddock_partition_lag{"));
    }
  }

  private static String metrics(Worker worker) throws IOException, InterruptedException {
    int port = Objects.requireNonNull(worker.managementAddress()).getPort();
    URI uri = URI.create("http://127.0.0.1:" + port + "/metrics");
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  private static String refusal(Scene scene, Map<String, String> settings) {
    return String.valueOf(
        assertThrows(StartException.class, () -> scene.worker("w1", settings)).getMessage());
  }

  @Test
  void resultsThatMayNoLongerBeWrittenAreWrittenByTheNextWorkerThatMay() throws Exception {
    try (Scene scene = scene()) {
      Map<String, String> settings = userWithTopics(scene);
      String results = scene.configuration("w1").topics().results();
      broker.grant(
          user, AclOperation.READ, ResourceType.GROUP, scene.configuration("w1").intake().group());
      Worker worker = scene.worker("w1", settings);
      sendNumbers(scene, "e", 0, 10, Checks.NUMBER);
      scene.results(10);

      broker.revoke(user, AclOperation.WRITE, ResourceType.TOPIC, results);
      sendNumbers(scene, "e", 10, 30, Checks.NUMBER);
      String message = end(worker);

      assertTrue(message.contains("grant this user Write on topic " + results), message);
      assertEquals(10, scene.committed());
      assertEquals(numbers("e", 0, 10), outputs(scene.results(0)));
      broker.grant(user, AclOperation.WRITE, ResourceType.TOPIC, results);
      Worker next = scene.worker("w2", settings);
      assertEquals(numbers("e", 0, 30), outputs(scene.results(30)));
      next.close();
      assertEquals(30, scene.committed());
    }
  }

  @Test
  void aWorkerThatMayNoLongerReadEndsAndSaysWhatToGrant() throws Exception {
    try (Scene scene = scene()) {
      Map<String, String> settings = userWithTopics(scene);
      String requests = scene.configuration("w1").topics().requests();
      broker.grant(
          user, AclOperation.READ, ResourceType.GROUP, scene.configuration("w1").intake().group());
      Worker worker = scene.worker("w1", settings);
      sendNumbers(scene, "e", 0, 10, Checks.NUMBER);
      scene.results(10);
      await("what is done to be committed")
          .atMost(Scene.PATIENCE)
          .until(scene::committed, committed -> committed == 10);

      broker.revoke(user, AclOperation.READ, ResourceType.TOPIC, requests);
      String message = end(worker);

      assertTrue(message.contains("grant this user Read on topic " + requests), message);
      assertEquals(10, scene.committed());
    }
  }

  private Scene scene() throws InterruptedException {
    Map<String, String> settings = new HashMap<>(broker.administrator());
    settings.put("pool.size", "1");
    return new Scene(broker.bootstrapServers(), services.registry().url(), settings);
  }

  /** A user with every right on the topics that a worker needs, and none on its group. */
  private Map<String, String> userWithTopics(Scene scene)
      throws ExecutionException, InterruptedException {
    TopicsConfig topics = scene.configuration("w1").topics();
    Map<String, String> settings = broker.newUser(user);
    broker.grant(user, AclOperation.READ, ResourceType.TOPIC, topics.requests());
    broker.grant(user, AclOperation.WRITE, ResourceType.TOPIC, topics.results());
    broker.grant(user, AclOperation.WRITE, ResourceType.TOPIC, topics.violations());
    broker.grant(user, AclOperation.WRITE, ResourceType.TRANSACTIONAL_ID, "paddock-");
    return settings;
  }

  /** Waits until the worker ends by itself, and gives the reason; closes it. */
  private static String end(Worker worker) throws InterruptedException {
    Throwable failure = worker.awaitEnd();
    worker.close();
    return failure == null ? "closed" : String.valueOf(failure.getMessage());
  }
}
