package dev.paddock.worker.publish;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.local.testing.OnAnyServices;
import dev.paddock.local.testing.Services;
import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.Usage;
import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.ScriptKind;
import dev.paddock.worker.Execution;
import dev.paddock.worker.Outcome;
import dev.paddock.worker.Position;
import dev.paddock.worker.ScriptUsed;
import dev.paddock.worker.Spans;
import dev.paddock.worker.app.KafkaConfigs;
import dev.paddock.worker.app.SharedServices;
import dev.paddock.worker.app.Topics;
import dev.paddock.worker.config.Configuration;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@OnAnyServices
@ExtendWith(SharedServices.class)
class PublisherTest {

  private final Queue<Position> settled = new ConcurrentLinkedQueue<>();

  static Configuration configuration(Services services, Map<String, String> more) {
    String name = "p" + UUID.randomUUID();
    Map<String, String> settings = new HashMap<>();
    settings.put("kafka.bootstrap.servers", services.bootstrapServers());
    settings.put("registry.url", services.registryUrl());
    settings.put("topics.results", name + ".results");
    settings.put("topics.violations", name + ".violations");
    settings.put("topics.requests", name + ".requests");
    settings.put("intake.group", name);
    settings.putAll(more);
    return Configuration.of(settings);
  }

  private Publisher publisher(Configuration configuration) {
    return new Publisher(
        configuration,
        configuration.serialization().newSerializer(configuration.registry().serdeProperties()),
        (_, _, _) -> List.of(),
        Spans.NONE,
        settled::add,
        _ -> {},
        Clock.systemUTC());
  }

  private static Outcome success(long offset, byte @Nullable [] key) {
    return success("requests", offset, key);
  }

  static Outcome success(String topic, long offset, byte @Nullable [] key) {
    ExecutionRequest request =
        ExecutionRequest.newBuilder()
            .setScript(new InlineScript("s.js", ScriptKind.SCRIPT, "1", Map.of()))
            .build();
    Answer answer =
        new Answer(1, new Ending.Succeeded("1"), List.of(), false, new Usage(1, 1, 1, 1), false);
    return new Outcome.Answered(
        new Execution(new Position(topic, 0, offset), key, request, 0, 1, 1, System.nanoTime()),
        ScriptUsed.NONE,
        answer,
        1,
        1,
        Instant.EPOCH);
  }

  static void refuseRecordsWithoutKey(Configuration configuration)
      throws ExecutionException, InterruptedException {
    // A compacted topic refuses records without a key, for good.
    KafkaConfigs.set(
        configuration,
        ConfigResource.Type.TOPIC,
        configuration.topics().results(),
        "cleanup.policy",
        "compact");
  }

  @Test
  void whatCanNeverBeWrittenIsAFailureAndIsNotSettled(Services services) throws Exception {
    Configuration configuration = configuration(services, Map.of());
    Topics.create(configuration);
    refuseRecordsWithoutKey(configuration);
    try (Publisher publisher = publisher(configuration)) {
      publisher.start(Duration.ofSeconds(20));
      publisher.accept(success(0, new byte[] {1}));
      await("a record with a key").until(() -> settled.contains(new Position("requests", 0, 0)));

      publisher.accept(success(1, null));
      ExecutionException failure =
          assertThrows(
              ExecutionException.class, () -> publisher.failure().get(20, TimeUnit.SECONDS));
      String message = String.valueOf(failure.getMessage());
      assertTrue(message.contains("requests-0-1 cannot be written"), message);
      assertEquals(List.of(new Position("requests", 0, 0)), List.copyOf(settled));
    }
  }

  @Test
  void aRegistryThatIsNeverThereIsNamed(Services services) throws Exception {
    Configuration configuration =
        configuration(services, Map.of("registry.url", "http://127.0.0.1:9"));
    try (Publisher publisher = publisher(configuration)) {
      IllegalStateException refusal =
          assertThrows(IllegalStateException.class, () -> publisher.start(Duration.ZERO));
      String message = String.valueOf(refusal.getMessage());
      assertTrue(message.contains("the schema registry at http://127.0.0.1:9"), message);
    }
  }
}
