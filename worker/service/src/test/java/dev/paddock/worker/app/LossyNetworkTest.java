package dev.paddock.worker.app;

import static dev.paddock.worker.app.Checks.numbers;
import static dev.paddock.worker.app.Checks.outputs;
import static dev.paddock.worker.app.Checks.repeatedOutputs;
import static dev.paddock.worker.app.Checks.sendNumbers;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.local.LocalServices;
import dev.paddock.schemas.ExecutionResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A worker between which and the broker requests or their answers are lost or held up. */
@ExtendWith(SharedServices.class)
@Tag("long")
class LossyNetworkTest {

  private static final int REQUESTS = 100;

  private final LocalServices services;

  LossyNetworkTest(LocalServices services) {
    this.services = services;
  }

  /** Only the worker goes through the proxy. */
  private static Map<String, String> through(KafkaProxy proxy, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("kafka.bootstrap.servers", proxy.bootstrapServers());
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

  @Test
  void whatPiledUpBehindASlowScriptIsWrittenThoughOneTransactionCouldNotTakeAllOfItInTime()
      throws Exception {
    Map<String, String> settings =
        Map.of(
            "topics.partitions", "1",
            "pool.size", "2",
            "delivery.transaction.max.records", "2",
            "kafka.producer.transaction.timeout.ms", "1500",
            // One request to the broker for each of the results.
            "kafka.producer.batch.size", "0",
            "kafka.producer.max.in.flight.requests.per.connection", "1");
    try (KafkaProxy proxy = new KafkaProxy(services.broker().bootstrapServers());
        Scene scene = scene(settings)) {
      proxy.decide(
          (kind, answer) -> {
            if (kind == ApiKeys.PRODUCE && !answer) {
              TimeUnit.MILLISECONDS.sleep(40);
            }
            return true;
          });
      Worker worker = scene.worker("w1", through(proxy, Map.of()));
      sendNumbers(scene, "e", 0, 1, "new Promise(done => setTimeout(() => done(input.n), 3000))");
      sendNumbers(scene, "e", 1, REQUESTS, Checks.NUMBER);

      requireAllOnce(scene, worker);
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
      // Several kinds of lost answers may meet in one record.
      ShareGroupTest.limitDeliveries(scene, 10);
      Worker worker = scene.worker("w1", through(proxy, Map.of()));
      sendNumbers(scene, "e", 0, REQUESTS, Checks.WAITING_NUMBER);
      scene.results(10);

      Set<ApiKeys> lost = loseEachAnswerOnce(proxy);

      await("all to be done").atMost(Scene.PATIENCE).until(() -> scene.committed() == REQUESTS);
      // Some results may be there twice, so as many as there are requests need not be all.
      await("each result")
          .atMost(Scene.PATIENCE)
          .untilAsserted(
              () ->
                  assertEquals(
                      numbers("e", 0, REQUESTS), repeatedOutputs(scene.results(REQUESTS))));
      worker.close();
      assertTrue(
          lost.containsAll(Set.of(ApiKeys.PRODUCE, ApiKeys.SHARE_FETCH, ApiKeys.SHARE_ACKNOWLEDGE)),
          lost.toString());
    }
  }

  /** Holds up everything from the next commit on. */
  private static final class CutOff implements KafkaProxy.Fate {

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);

    @Override
    public boolean arrives(ApiKeys kind, boolean answer) throws InterruptedException {
      if (kind == ApiKeys.END_TXN && !answer) {
        begun.countDown();
      }
      if (begun.getCount() == 0) {
        over.await();
      }
      return true;
    }

    void awaitBegin() throws InterruptedException {
      assertTrue(begun.await(Scene.PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }

    void end() {
      over.countDown();
    }
  }

  @Test
  void whatAWorkerHeldThatIsCutOffIsRunByAnotherAndItsReturnChangesNothing() throws Exception {
    try (KafkaProxy proxy = new KafkaProxy(services.broker().bootstrapServers());
        Scene scene = scene(Map.of("kafka.producer.transaction.timeout.ms", "3000"))) {
      Worker first = scene.worker("w1", through(proxy, Map.of()));
      sendNumbers(scene, "e", 0, REQUESTS, Checks.WAITING_NUMBER);
      scene.results(10);
      CutOff cut = new CutOff();
      proxy.decide(cut);
      cut.awaitBegin();

      Worker second = scene.worker("w2");
      await("the other to do the rest")
          .atMost(Scene.PATIENCE)
          .until(() -> scene.committed() == REQUESTS);
      cut.end();
      await("the first to work again")
          .atMost(Scene.PATIENCE)
          .until(
              () -> {
                scene.send(Scene.request("later-" + scene.sent(), "1").build());
                return scene.results(LossyNetworkTest::isLater, 0).stream()
                    .anyMatch(later -> later.value().getWorker().equals("w1"));
              });
      first.close();
      second.close();

      List<TopicTail.Entry<ExecutionResult>> results =
          scene.results(later -> !isLater(later), REQUESTS);
      assertEquals(numbers("e", 0, REQUESTS), outputs(results));
      assertTrue(results.stream().anyMatch(one -> one.value().getWorker().equals("w2")));
      assertEquals(scene.sent(), scene.committed());
    }
  }

  private static boolean isLater(TopicTail.Entry<ExecutionResult> entry) {
    return entry.value().getExecutionId().startsWith("later-");
  }

  @ParameterizedTest
  @ValueSource(strings = {"consumer", "classic"})
  void aStaticMemberThatIsLostIsSucceededByOneWithItsIdAndLosesNothing(String protocol)
      throws Exception {
    Map<String, String> settings =
        Map.of(
            "intake.protocol", protocol,
            "intake.drain.ms", "0",
            "kafka.producer.transaction.timeout.ms", "3000");
    try (KafkaProxy proxy = new KafkaProxy(services.broker().bootstrapServers());
        Scene scene = scene(settings)) {
      Worker lost = scene.worker("w1", through(proxy, Map.of("intake.instance.id", "one")));
      scene.worker("w2", Map.of("intake.instance.id", "two"));
      scene.awaitTwoPartitionsEach();
      Set<Integer> others = partitions(scene, "w2");
      sendNumbers(scene, "e", 0, REQUESTS, Checks.WAITING_NUMBER);
      CutOff cut = new CutOff();
      proxy.decide(cut);
      cut.awaitBegin();

      scene.worker("w3", Map.of("intake.instance.id", "one"));
      List<TopicTail.Entry<ExecutionResult>> results = scene.results(REQUESTS);
      assertEquals(numbers("e", 0, REQUESTS), outputs(results));
      scene.awaitTwoPartitionsEach();
      if (protocol.equals("classic")) {
        // With the other protocol it is a member for as long as its session lasts, and no longer.
        assertEquals(others, partitions(scene, "w2"));
        for (TopicTail.Entry<ExecutionResult> result : results) {
          assertEquals(
              others.contains(result.value().getSource().getPartition()),
              result.value().getWorker().equals("w2"));
        }
      }

      cut.end();
      Throwable end = lost.awaitEnd();
      assertNotNull(end);
      String message = String.valueOf(end.getMessage());
      assertTrue(message.contains("another worker has the same intake.instance.id"), message);
      assertEquals(REQUESTS, scene.committed());
      assertEquals(REQUESTS, scene.results(REQUESTS).size());
    }
  }

  private static Set<Integer> partitions(Scene scene, String worker) throws Exception {
    return scene.assignments().getOrDefault(worker, List.of()).stream()
        .map(TopicPartition::partition)
        .collect(Collectors.toSet());
  }

  /** The connection goes with it, and whatever else was asked there. */
  private static Set<ApiKeys> loseEachAnswerOnce(KafkaProxy proxy) {
    Set<ApiKeys> lost = ConcurrentHashMap.newKeySet();
    proxy.decide((kind, answer) -> !answer || !lost.add(kind));
    return lost;
  }
}
