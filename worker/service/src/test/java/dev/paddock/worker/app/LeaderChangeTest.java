package dev.paddock.worker.app;

import static dev.paddock.worker.app.Checks.numbers;
import static dev.paddock.worker.app.Checks.outputs;
import static dev.paddock.worker.app.Checks.sendNumbers;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.local.LocalCluster;
import dev.paddock.local.LocalServices;
import dev.paddock.worker.config.Configuration;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A worker at a cluster that loses a broker. */
@ExtendWith(SharedServices.class)
@Tag("long")
class LeaderChangeTest {

  private static final int REQUESTS = 300;

  private static final int LOST = 2;

  private static final String GROUPS = "__consumer_offsets";
  private static final String TRANSACTIONS = "__transaction_state";

  private final LocalServices services;

  LeaderChangeTest(LocalServices services) {
    this.services = services;
  }

  @Test
  void aBrokerThatIsKilledWhileItCoordinatesAndLeadsCostsNoResultAndDoublesNone(@TempDir Path data)
      throws Exception {
    Map<String, String> properties = new HashMap<>(SharedServices.QUICK_GROUPS);
    properties.put("min.insync.replicas", "2");
    properties.put("transaction.state.log.min.isr", "2");
    properties.put("broker.session.timeout.ms", "5000");
    properties.put("broker.heartbeat.interval.ms", "500");
    try (LocalCluster cluster = LocalCluster.start(SharedServices.HOME, data, 3, properties)) {
      leadWhatKafkaKeeps(cluster);
      try (Scene scene = scene(cluster)) {
        Set<String> topics =
            Set.of(
                scene.configuration("w1").topics().requests(),
                scene.configuration("w1").topics().results());
        for (String topic : topics) {
          assertTrue(leaders(scene, topic).contains(LOST), "another one leads all of " + topic);
        }
        assertEquals(Set.of(LOST), leaders(scene, GROUPS));
        assertEquals(Set.of(LOST), leaders(scene, TRANSACTIONS));
        Worker worker = scene.worker("w1");
        sendNumbers(scene, "e", 0, REQUESTS, Checks.WAITING_NUMBER);
        int before = scene.results(30).size();

        ProcessHandle.of(cluster.pid(LOST)).orElseThrow().destroyForcibly();
        assertTrue(before < REQUESTS, "all was done before");

        assertEquals(numbers("e", 0, REQUESTS), outputs(scene.results(REQUESTS)));
        worker.close();
        assertEquals(REQUESTS, scene.committed());
        assertEquals(REQUESTS, scene.results(REQUESTS).size());
        for (String topic : Set.of(GROUPS, TRANSACTIONS)) {
          assertFalse(leaders(scene, topic).contains(LOST), "nothing has changed for " + topic);
        }
      }
    }
  }

  private Scene scene(LocalCluster cluster) throws InterruptedException {
    Map<String, String> settings = Map.of("topics.replication", "3");
    return new Scene(cluster.bootstrapServers(), services.registry().url(), settings);
  }

  /** Makes the broker that is to be lost the coordinator of groups and transactions. */
  private static void leadWhatKafkaKeeps(LocalCluster cluster)
      throws ExecutionException, InterruptedException {
    Map<Integer, List<Integer>> replicas = Map.of(0, List.of(LOST, 1, 3));
    Map<String, String> compacted = Map.of("cleanup.policy", "compact");
    Map<String, String> settings = Map.of("kafka.bootstrap.servers", cluster.bootstrapServers());
    try (Admin admin = Admin.create(Configuration.of(settings).kafka().admin())) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(GROUPS, replicas).configs(compacted),
                  new NewTopic(TRANSACTIONS, replicas).configs(compacted)))
          .all()
          .get();
    }
  }

  /** Who leads a partition of it. */
  private static Set<Integer> leaders(Scene scene, String topic)
      throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(scene.configuration("admin").kafka().admin())) {
      return admin.describeTopics(List.of(topic)).allTopicNames().get().values().stream()
          .flatMap(description -> description.partitions().stream())
          .map(partition -> partition.leader().id())
          .collect(Collectors.toSet());
    }
  }
}
