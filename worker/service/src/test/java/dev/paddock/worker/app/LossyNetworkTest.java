package dev.paddock.worker.app;

import static dev.paddock.worker.app.Checks.numbers;
import static dev.paddock.worker.app.Checks.outputs;
import static dev.paddock.worker.app.Checks.repeatedOutputs;
import static dev.paddock.worker.app.Checks.sendNumbers;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.local.LocalServices;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A worker between which and the broker requests or their answers are lost or held up. */
@ExtendWith(SharedServices.class)
class LossyNetworkTest {

  private static final int REQUESTS = 100;

  private final LocalServices services;

  LossyNetworkTest(LocalServices services) {
    this.services = services;
  }

  /** Only the worker goes through the proxy; what a script is confined by does not matter. */
  private static Map<String, String> through(KafkaProxy proxy, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("kafka.bootstrap.servers", proxy.bootstrapServers());
    settings.put("pool.isolation", "context");
    return settings;
  }

  private Scene scene(Map<String, String> settings) throws InterruptedException {
    return new Scene(services.broker().bootstrapServers(), services.registry().url(), settings);
  }

  private static void requireAllOnce(Scene scene, Worker worker) throws Exception {
    assertEquals(numbers("e", 0, REQUESTS), outputs(scene.results(REQUESTS)));
    worker.close();
    assertEquals(REQUESTS, scene.committed());
    assertEquals(REQUESTS, scene.results(REQUESTS).size());
  }

  /** Loses every commit, or the answer to it, until the producer is replaced. */
  private static final class LostCommits implements KafkaProxy.Fate {

    private final boolean answers;
    private final AtomicInteger lost = new AtomicInteger();
    private volatile boolean replaced;

    LostCommits(boolean answers) {
      this.answers = answers;
    }

    @Override
    public boolean arrives(ApiKeys kind, boolean answer) {
      if (kind == ApiKeys.INIT_PRODUCER_ID) {
        replaced = true;
      }
      boolean loses = kind == ApiKeys.END_TXN && answer == answers && !replaced;
      if (loses) {
        lost.incrementAndGet();
      }
      return !loses;
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCommitOfUnknownOutcomeIsNeitherLostNorMadeTwice(boolean answerIsLost) throws Exception {
    try (KafkaProxy proxy = new KafkaProxy(services.broker().bootstrapServers());
        Scene scene = scene(Map.of())) {
      Worker worker =
          scene.worker("w1", through(proxy, Map.of("kafka.producer.max.block.ms", "10000")));
      sendNumbers(scene, "e", 0, REQUESTS, Checks.WAITING_NUMBER);
      scene.results(10);

      LostCommits commits = new LostCommits(answerIsLost);
      proxy.decide(commits);

      requireAllOnce(scene, worker);
      assertTrue(commits.lost.get() > 0, "nothing was lost");
      assertTrue(commits.replaced, "the outcome was not in doubt");
    }
  }

  @Test
  void aCommitThatComesWhenItsTransactionHasTimedOutIsMadeAgain() throws Exception {
    try (KafkaProxy proxy = new KafkaProxy(services.broker().bootstrapServers());
        Scene scene = scene(Map.of())) {
      Worker worker =
          scene.worker(
              "w1", through(proxy, Map.of("kafka.producer.transaction.timeout.ms", "1000")));
      sendNumbers(scene, "e", 0, REQUESTS, Checks.WAITING_NUMBER);
      scene.results(10);

      CountDownLatch held = new CountDownLatch(1);
      CountDownLatch goOn = new CountDownLatch(1);
      proxy.decide(
          (kind, answer) -> {
            if (kind == ApiKeys.END_TXN && !answer) {
              held.countDown();
              goOn.await();
            }
            return true;
          });
      held.await();
      int seen = scene.results(10).size();
      await("Kafka to give the transaction up")
          .atMost(Scene.PATIENCE)
          .until(() -> transaction(scene) == TransactionState.COMPLETE_ABORT);
      assertEquals(seen, scene.results(10).size());
      goOn.countDown();

      requireAllOnce(scene, worker);
    }
  }

  /** How the last transaction of this scene's only worker is. */
  private static TransactionState transaction(Scene scene)
      throws ExecutionException, InterruptedException {
    String prefix = "paddock-" + scene.configuration("w1").intake().group() + "-";
    try (Admin admin = Admin.create(scene.configuration("w1").kafka().admin())) {
      List<TransactionState> states =
          admin.listTransactions().all().get().stream()
              .filter(listing -> listing.transactionalId().startsWith(prefix))
              .map(listing -> listing.state())
              .toList();
      assertEquals(1, states.size());
      return states.getFirst();
    }
  }

  private static Stream<Arguments> offsetsInAndBehindTransactions() {
    return Stream.of(
        Arguments.of("exactly-once", ApiKeys.END_TXN),
        Arguments.of("at-least-once", ApiKeys.OFFSET_COMMIT));
  }

  @ParameterizedTest
  @MethodSource("offsetsInAndBehindTransactions")
  void anyAnswerMayBeLost(String guarantee, ApiKeys commit) throws Exception {
    try (KafkaProxy proxy = new KafkaProxy(services.broker().bootstrapServers());
        Scene scene = scene(Map.of("delivery.guarantee", guarantee))) {
      Worker worker = scene.worker("w1", through(proxy, Map.of()));
      sendNumbers(scene, "e", 0, REQUESTS, Checks.WAITING_NUMBER);
      scene.results(10);

      Set<ApiKeys> lost = loseEachAnswerOnce(proxy);

      requireAllOnce(scene, worker);
      assertTrue(lost.containsAll(Set.of(ApiKeys.PRODUCE, ApiKeys.FETCH, commit)), lost.toString());
    }
  }

  @Test
  void anyAnswerToAShareGroupMayBeLostAndCostsNoMoreThanAnotherRun() throws Exception {
    Map<String, String> settings =
        Map.of("intake.mode", "share-group", "intake.share.lock.ms", "2000");
    try (KafkaProxy proxy = new KafkaProxy(services.broker().bootstrapServers());
        Scene scene = scene(settings)) {
      Worker worker = scene.worker("w1", through(proxy, Map.of()));
      sendNumbers(scene, "e", 0, REQUESTS, Checks.WAITING_NUMBER);
      scene.results(10);

      Set<ApiKeys> lost = loseEachAnswerOnce(proxy);

      await("all to be done").atMost(Scene.PATIENCE).until(() -> scene.committed() == REQUESTS);
      assertEquals(numbers("e", 0, REQUESTS), repeatedOutputs(scene.results(REQUESTS)));
      worker.close();
      assertTrue(
          lost.containsAll(Set.of(ApiKeys.PRODUCE, ApiKeys.SHARE_FETCH, ApiKeys.SHARE_ACKNOWLEDGE)),
          lost.toString());
    }
  }

  /** The connection goes with it, and whatever else was asked there. */
  private static Set<ApiKeys> loseEachAnswerOnce(KafkaProxy proxy) {
    Set<ApiKeys> lost = ConcurrentHashMap.newKeySet();
    proxy.decide((kind, answer) -> !answer || !lost.add(kind));
    return lost;
  }
}
