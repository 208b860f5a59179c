package dev.paddock.worker.app;

import static dev.paddock.worker.app.Checks.numbers;
import static dev.paddock.worker.app.Checks.outputs;
import static dev.paddock.worker.app.Checks.sendNumbers;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.local.LocalServices;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.worker.config.Configuration;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How workers start, share the work and stop. */
@ExtendWith(SharedServices.class)
class WorkerTest {

  /** What still runs when a partition is given up has a second result, at least once. */
  private static final String UNTIL_ALL_IS_DONE = "120000";

  private final LocalServices services;

  WorkerTest(LocalServices services) {
    this.services = services;
  }

  private Scene scene(Map<String, String> settings) throws InterruptedException {
    return new Scene(services.broker().bootstrapServers(), services.registry().url(), settings);
  }

  @Test
  void closingWaitsForWhatRunsAndCommitsExactlyThat() throws Exception {
    try (Scene scene = scene(Map.of("intake.max.in.flight", "10", "pool.size", "1"))) {
      sendNumbers(scene, "e", 0, 60, Checks.WAITING_NUMBER);
      Worker first = scene.worker("w1");
      scene.results(10);
      first.close();

      assertNull(first.awaitEnd());
      int done = scene.results(10).size();
      assertEquals(done, scene.committed());
      assertTrue(done < 60, "there is nothing left for the second worker");

      scene.worker("w2");
      assertEquals(numbers("e", 0, 60), outputs(scene.results(60)));
    }
  }

  private static Stream<Map<String, String>> otherProtocolsAndGuarantees() {
    return Stream.of(
        Map.of(
            "intake.protocol", "consumer",
            "delivery.guarantee", "at-least-once",
            "intake.drain.ms", UNTIL_ALL_IS_DONE),
        // Otherwise each worker hears of a rebalance only every three seconds.
        Map.of("intake.protocol", "classic", "kafka.consumer.heartbeat.interval.ms", "200"),
        // Here workers read and commit while their group is rebalancing.
        Map.of(
            "intake.protocol", "classic",
            "delivery.guarantee", "at-least-once",
            "intake.drain.ms", UNTIL_ALL_IS_DONE,
            "kafka.consumer.heartbeat.interval.ms", "200",
            "kafka.consumer.partition.assignment.strategy",
                "org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
            "intake.commit.interval.ms", "10"));
  }

  @Test
  void twoWorkersShareThePartitionsAndHandThemOverWithoutLossOrRepetition() throws Exception {
    shareAndHandOver(Map.of("intake.protocol", "consumer"));
  }

  @ParameterizedTest
  @MethodSource("otherProtocolsAndGuarantees")
  @Tag("long")
  void byOtherProtocolsAndGuaranteesTheyDoSoToo(Map<String, String> settings) throws Exception {
    shareAndHandOver(settings);
  }

  private void shareAndHandOver(Map<String, String> settings) throws Exception {
    try (Scene scene = scene(settings)) {
      Worker first = scene.worker("w1");
      Worker second = scene.worker("w2");
      sendNumbers(scene, "e", 0, 120, Checks.WAITING_NUMBER);
      // Whoever was first now has all partitions or gives two of them up, in the middle of the
      // work.
      scene.results(20);
      scene.awaitTwoPartitionsEach();
      assertEquals(settings.get("intake.protocol"), scene.groupType());
      sendNumbers(scene, "e", 120, 180, Checks.WAITING_NUMBER);
      scene.results(130);
      first.close();
      sendNumbers(scene, "e", 180, 210, Checks.WAITING_NUMBER);

      List<TopicTail.Entry<ExecutionResult>> results = scene.results(210);
      assertEquals(numbers("e", 0, 210), outputs(results));
      assertEquals(
          Set.of("w1", "w2"),
          results.stream().map(entry -> entry.value().getWorker()).collect(Collectors.toSet()));
      second.close();
      assertEquals(210, scene.committed());
      assertEquals(210, scene.results(210).size());
    }
  }

  @Test
  @Tag("long")
  void aStaticMemberFindsItsPartitionsAsItLeftThem() throws Exception {
    try (Scene scene = scene(Map.of())) {
      scene.keepSessionsFor(Duration.ofSeconds(45));
      Worker first = scene.worker("w1", Map.of("intake.instance.id", "one"));
      scene.worker("w2", Map.of("intake.instance.id", "two"));
      scene.awaitTwoPartitionsEach();
      Set<Integer> own = new HashSet<>();
      scene
          .assignments()
          .getOrDefault("w1", List.of())
          .forEach(partition -> own.add(partition.partition()));
      first.close();
      sendNumbers(scene, "e", 0, 60, Checks.NUMBER);
      scene.worker("w1-again", Map.of("intake.instance.id", "one"));

      List<TopicTail.Entry<ExecutionResult>> results = scene.results(60);

      assertEquals(numbers("e", 0, 60), outputs(results));
      for (TopicTail.Entry<ExecutionResult> entry : results) {
        int partition = entry.value().getSource().getPartition();
        assertEquals(own.contains(partition) ? "w1-again" : "w2", entry.value().getWorker());
      }
    }
  }

  @Test
  void anInstanceIdThatAnotherWorkerHasIsWaitedForAndThenNamed() throws Exception {
    try (Scene scene = scene(Map.of("intake.instance.id", "one"))) {
      Worker first = scene.worker("w1");
      Configuration second = scene.configuration("w2");
      await("the first to be a member")
          .atMost(Scene.PATIENCE)
          .until(() -> !scene.assignments().isEmpty());
      StartException refusal =
          assertThrows(
              StartException.class, () -> StaticMembership.awaitFree(second, Duration.ZERO));
      assertEquals(
          "intake.instance.id is one, which worker w1 of group %s has; give each worker its own"
              .formatted(second.intake().group()),
          refusal.getMessage());

      Thread closing = Thread.ofPlatform().start(first::close);
      StaticMembership.awaitFree(second, Scene.PATIENCE);
      closing.join();
    }
  }

  @Test
  void aBrokerThatCannotBeReachedIsNamed() {
    Configuration configuration =
        Configuration.of(
            Map.of(
                "kafka.bootstrap.servers", "127.0.0.1:9",
                "kafka.admin.request.timeout.ms", "200",
                "kafka.admin.default.api.timeout.ms", "500"));
    StartException refusal =
        assertThrows(StartException.class, () -> Worker.start(configuration, SharedServices.HOME));
    String message = String.valueOf(refusal.getMessage());
    assertTrue(message.contains("Kafka at 127.0.0.1:9 says"), message);
    assertTrue(message.contains("check kafka.bootstrap.servers"), message);
  }

  @Test
  void aMissingTopicIsNamedTogetherWithTheCommandThatMakesIt() throws Exception {
    try (Scene scene = scene(Map.of())) {
      Configuration present = scene.configuration("w1");
      Configuration configuration =
          Configuration.of(
              Map.of(
                  "kafka.bootstrap.servers", services.broker().bootstrapServers(),
                  "topics.requests", present.topics().requests(),
                  "topics.results", "nobody.made.this"));
      StartException refusal =
          assertThrows(
              StartException.class, () -> Worker.start(configuration, SharedServices.HOME));
      String message = String.valueOf(refusal.getMessage());
      assertTrue(message.contains("no topic nobody.made.this, paddock.violations;"), message);
      assertTrue(message.contains("`paddock topics create`"), message);

      assertEquals(List.of(), Topics.create(present), "topics that exist are left alone");
    }
  }

  @Test
  void sandboxesThatCrashAgainAndAgainTurnTheWorkerUnreadyUntilTheyNoLongerDo() throws Exception {
    try (Scene scene = scene(Map.of())) {
      Worker worker = scene.worker("w1");
      assertTrue(worker.health().ready());
      await("it says that it cannot work")
          .atMost(Scene.PATIENCE)
          .until(
              () -> {
                LongStream.of(worker.pool().processIds())
                    .mapToObj(ProcessHandle::of)
                    .flatMap(Optional::stream)
                    .forEach(ProcessHandle::destroyForcibly);
                return !worker.health().ready();
              });
      String trouble = worker.health().troubles().getFirst();
      assertTrue(trouble.startsWith("No sandbox can be started"), trouble);
      assertTrue(worker.health().live());

      sendNumbers(scene, "r", 0, 10, Checks.NUMBER);
      assertEquals(numbers("r", 0, 10), outputs(scene.results(10)));
      assertTrue(worker.health().ready());
    }
  }

  @Test
  void anAddressForProbesThatIsTakenIsNamed() throws Exception {
    try (Scene scene = scene(Map.of());
        ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      StartException refusal =
          assertThrows(
              StartException.class,
              () -> scene.worker("w1", Map.of("management.address", address)));
      String message = String.valueOf(refusal.getMessage());
      assertTrue(message.contains("management.address is /" + address), message);
    }
  }
}
