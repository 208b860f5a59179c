package dev.paddock.worker.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.local.LocalServices;
import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.schemas.Limits;
import dev.paddock.worker.config.Ordering;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What several tenants and keys get of one worker with two sandboxes. */
@ExtendWith(SharedServices.class)
class FairnessTest {

  private static final int KEYS = 6;
  private static final int PER_KEY = 20;
  private static final int LOOPS = 40;
  private static final int SMALL_TENANTS = 9;
  private static final int RULES = 20;
  private static final int LOOPS_IN_FRONT = 6;
  private static final int RULES_BEHIND = 60;

  private static final Limits SHORT = Limits.newBuilder().setCpuMillis(500L).build();

  private final LocalServices services;

  FairnessTest(LocalServices services) {
    this.services = services;
  }

  private Scene scene(String setting, String value) throws InterruptedException {
    return new Scene(
        services.broker().bootstrapServers(),
        services.registry().url(),
        Map.of("pool.size", "2", "intake.drain.ms", "0", setting, value));
  }

  /** Requests of the same lane may not overtake each other; the others do. */
  @ParameterizedTest
  @EnumSource(Ordering.class)
  void requestsRunInTheOrderThatIsAskedForAndNoOther(Ordering ordering) throws Exception {
    try (Scene scene = scene("ordering", ordering.name().toLowerCase(Locale.ROOT))) {
      for (int key = 0; key < KEYS; key++) {
        for (int n = 0; n < PER_KEY; n++) {
          // Every second one is slow, so that the one behind it would be faster.
          String script = n % 2 == 0 ? Checks.WAITING_NUMBER : Checks.NUMBER;
          var _ =
              scene.send(
                  null,
                  ("key-" + key).getBytes(UTF_8),
                  scene.bytes(
                      Scene.request(key + "-" + n, script).setInput("{\"n\":" + n + "}").build()));
        }
      }
      scene.worker("w1");

      List<TopicTail.Entry<ExecutionResult>> results = scene.results(KEYS * PER_KEY);

      boolean byKey = overtaken(results, entry -> new String(entry.key(), UTF_8));
      boolean byPartition = overtaken(results, entry -> entry.value().getSource().getPartition());
      assertEquals(ordering == Ordering.NONE, byKey, "one has overtaken another of its key");
      assertEquals(
          ordering != Ordering.PARTITION,
          byPartition,
          "one has overtaken another of its partition");
    }
  }

  /** Whether any was done before one of the same lane that stands before it in the topic. */
  private static boolean overtaken(
      List<TopicTail.Entry<ExecutionResult>> results,
      Function<TopicTail.Entry<ExecutionResult>, Object> lane) {
    return results.stream().collect(Collectors.groupingBy(lane)).values().stream()
        .anyMatch(
            same -> {
              List<Instant> done =
                  same.stream()
                      .map(TopicTail.Entry::value)
                      .sorted(Comparator.comparingLong(result -> result.getSource().getOffset()))
                      .map(ExecutionResult::getCompletedAt)
                      .toList();
              return !done.equals(done.stream().sorted().toList());
            });
  }

  @Test
  void smallRulesInPartitionsOfTheirOwnFinishWhileEndlessLoopsOfOneTenantFillTheWorker()
      throws Exception {
    try (Scene scene = scene("intake.max.in.flight", "20")) {
      for (int n = 0; n < LOOPS; n++) {
        send(scene, 0, Scene.request("loop-" + n, "for (;;);").setTenant("loops"));
      }
      scene.worker("w1");
      scene.results(FairnessTest::isLoop, 1);
      for (int n = 0; n < RULES; n++) {
        for (int tenant = 0; tenant < SMALL_TENANTS; tenant++) {
          String id = "rule-" + tenant + "-" + n;
          send(scene, 1 + tenant % 3, Scene.request(id, "1 + 1").setTenant("t" + tenant));
        }
      }

      scene.results(entry -> !isLoop(entry), SMALL_TENANTS * RULES);

      List<TopicTail.Entry<ExecutionResult>> all = scene.results(SMALL_TENANTS * RULES);
      assertTrue(
          all.stream()
              .filter(entry -> !isLoop(entry))
              .allMatch(entry -> entry.value().getStatus() == ExecutionStatus.SUCCEEDED));
      long loops = all.stream().filter(FairnessTest::isLoop).count();
      // In the order they came, all loops but those that still run would be over.
      assertTrue(loops < LOOPS / 2, loops + " loops went before the last of the rules");
    }
  }

  @Test
  void rulesBehindEndlessLoopsInTheirPartitionAreReadAndRunAlthoughTheirResultsHaveToWait()
      throws Exception {
    try (Scene scene = scene("intake.max.in.flight", "20")) {
      for (int n = 0; n < LOOPS_IN_FRONT; n++) {
        send(scene, 0, Scene.request("loop-" + n, "for (;;);").setTenant("loops").setLimits(SHORT));
      }
      for (int n = 0; n < RULES_BEHIND; n++) {
        send(scene, 0, Scene.request("rule-" + n, "1 + 1"));
      }
      scene.worker("w1");

      List<ExecutionResult> results =
          scene.results(LOOPS_IN_FRONT + RULES_BEHIND).stream()
              .map(TopicTail.Entry::value)
              .sorted(Comparator.comparing(ExecutionResult::getCompletedAt))
              .toList();

      assertEquals("loop-" + (LOOPS_IN_FRONT - 1), results.getLast().getExecutionId());
    }
  }

  private static void send(Scene scene, int partition, ExecutionRequest.Builder request) {
    var _ = scene.send(partition, null, scene.bytes(request.build()));
  }

  private static boolean isLoop(TopicTail.Entry<ExecutionResult> entry) {
    return entry.value().getExecutionId().startsWith("loop-");
  }
}
