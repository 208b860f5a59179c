package dev.paddock.worker.cli.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.paddock.local.LocalServices;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.schemas.SourcePosition;
import dev.paddock.schemas.Usage;
import dev.paddock.worker.app.Scene;
import dev.paddock.worker.app.SharedServices;
import dev.paddock.worker.config.Configuration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a replay does not take into its memory. */
@ExtendWith(SharedServices.class)
class ReplayBoundsTest {

  private static final Replay.Listener NOBODY =
      new Replay.Listener() {
        @Override
        public void begin(Replay.Phase phase, long steps) {}

        @Override
        public void step() {}

        @Override
        public void found(Finding finding) {
          throw new AssertionError("Nothing is run");
        }
      };

  @Test
  void resultsBeyondItsMemoryEndAReplayWithAWord(LocalServices services) throws Exception {
    try (Scene scene =
        new Scene(services.broker().bootstrapServers(), services.registry().url(), Map.of())) {
      Configuration configuration = scene.configuration("replayer");
      byte[] request = scene.bytes(Scene.request("large", "1").build());
      RecordMetadata sent = scene.send(0, null, request).get(60, TimeUnit.SECONDS);
      String topic = configuration.topics().results();
      try (Serializer<Object> serializer =
          configuration.serialization().newSerializer(configuration.registry().serdeProperties())) {
        byte[] result = serializer.serialize(topic, resultOf(sent, "x".repeat(1000)));
        var _ = scene.send(new ProducerRecord<>(topic, 3, null, result)).get(60, TimeUnit.SECONDS);
      }
      Replay.Plan plan =
          new Replay.Plan(new Selection.At(sent.partition(), sent.offset()), null, true);
      Replay replay = new Replay(configuration, SharedServices.HOME, plan, NOBODY, 1000);
      assertEquals(
          "The results of these requests have more than the 1,000 bytes that are kept of them; choose"
              + " fewer",
          assertThrows(ReplayRefusedException.class, () -> replay.run(() -> false)).getMessage());
    }
  }

  private static ExecutionResult resultOf(RecordMetadata request, String output) {
    return ExecutionResult.newBuilder()
        .setExecutionId("large")
        .setTenant("acme")
        .setStatus(ExecutionStatus.SUCCEEDED)
        .setOutput('"' + output + '"')
        .setUsage(new Usage(1L, 2L, 0L, 0L, 0L))
        .setScriptSha256("")
        .setSource(new SourcePosition(request.topic(), request.partition(), request.offset()))
        .setWorker("w0")
        .setCompletedAt(Instant.EPOCH)
        .build();
  }
}
