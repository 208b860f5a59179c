package dev.paddock.worker.app;

import static dev.paddock.worker.app.Checks.numbers;
import static dev.paddock.worker.app.Checks.outputs;
import static dev.paddock.worker.app.Checks.repeatedOutputs;
import static dev.paddock.worker.app.Checks.sendNumbers;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.local.testing.OnAnyServices;
import dev.paddock.local.testing.Services;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.schemas.Limits;
import dev.paddock.schemas.Violation;
import dev.paddock.schemas.ViolationKind;
import dev.paddock.worker.config.Configuration;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Workers that are a share group, which has fewer partitions than they are. */
@OnAnyServices
@ExtendWith(SharedServices.class)
class ShareGroupTest {

  private static final String AN_HOUR = "3600000";

  private final Services services;

  ShareGroupTest(Services services) {
    this.services = services;
  }

  private Scene scene(Map<String, String> more) throws InterruptedException {
    Map<String, String> settings = new HashMap<>();
    settings.put("intake.mode", "share-group");
    settings.put("topics.partitions", "1");
    settings.putAll(more);
    return new Scene(services.bootstrapServers(), services.registryUrl(), settings);
  }

  @Test
  void workersShareOnePartitionAndEachRequestHasOneResult() throws Exception {
    try (Scene scene = scene(Map.of())) {
      Worker first = scene.worker("w1");
      Worker second = scene.worker("w2");
      long bad = scene.send(0, null, "garbage".getBytes(UTF_8)).get().offset();
      int count = 0;
      Set<String> workers;
      do {
        // More than one reader takes at a time.
        sendNumbers(scene, "e", count, count + 40, Checks.WAITING_NUMBER);
        count += 40;
        workers =
            scene.results(count).stream().map(one -> one.value().getWorker()).collect(toSet());
      } while (workers.size() < 2 && count < 1000);

      assertEquals(Set.of("w1", "w2"), workers);
      assertEquals(numbers("e", 0, count), outputs(scene.results(count)));
      assertEquals(Set.of(1), attempts(scene.results(count)));
      Violation violation = scene.violations(_ -> true, 1).getFirst().value();
      assertEquals(ViolationKind.MALFORMED_REQUEST, violation.getKind());
      assertEquals(bad, violation.getSource().getOffset());
      first.close();
      second.close();
      assertEquals(count + 1, scene.committed());
      assertEquals(count, scene.results(count).size());
    }
  }

  @Test
  @Tag("long")
  void recordsOfAPipelineAreDealtOutAsRequestsAre(@TempDir Path folder) throws Exception {
    String topics = "p" + UUID.randomUUID();
    Map<String, String> pipeline =
        Map.of(
            "pipelines.p.from", topics + ".in",
            "pipelines.p.to", topics + ".out",
            "pipelines.p.script.file",
                Files.writeString(folder.resolve("next.js"), "input + 1").toString());
    try (Scene scene = scene(pipeline);
        RecordTail tail = new RecordTail(scene.configuration("w1"), topics + ".out")) {
      scene.worker("w1");
      for (int n = 0; n < 20; n++) {
        byte[] value = Integer.toString(n).getBytes(UTF_8);
        var _ = scene.send(new ProducerRecord<>(topics + ".in", value));
      }
      sendNumbers(scene, "e", 0, 20, Checks.NUMBER);

      assertEquals(
          IntStream.rangeClosed(1, 20).boxed().toList(),
          scene.records(tail, 20).stream()
              .map(record -> Integer.valueOf(new String(record.value(), UTF_8)))
              .sorted()
              .toList());
      assertEquals(numbers("e", 0, 20), outputs(scene.results(20)));
    }
  }

  @Tag("long")
  @Test
  void whatAWorkerHeldThatIsKilledOrClosedIsRunByAnotherThoughItsLockHoldsForAnHour(
      @TempDir Path folder) throws Exception {
    try (Scene scene = scene(Map.of("intake.share.lock.ms", AN_HOUR, "intake.drain.ms", "0"))) {
      sendNumbers(scene, "e", 0, 150, Checks.WAITING_NUMBER);
      Process first = scene.workerProcess("w1", folder);
      scene.results(10);
      var _ = first.destroyForcibly().onExit().join();
      int before = scene.results(10).size();
      assertTrue(before < 80, "there is too little left for the others: " + before);

      Worker second = scene.worker("w2");
      scene.results(before + 10);
      second.close();
      before = scene.results(10).size();
      assertTrue(before < 140, "there is nothing left for the third worker: " + before);

      scene.worker("w3");
      await("all to be done").atMost(Scene.PATIENCE).until(() -> scene.committed() == 150);

      // What was written but not yet acknowledged may be run twice, with the same output.
      List<TopicTail.Entry<ExecutionResult>> results = scene.results(150);
      assertEquals(numbers("e", 0, 150), repeatedOutputs(results));
      Set<Integer> attempts = attempts(results);
      assertTrue(attempts.contains(2) && Collections.max(attempts) <= 3, attempts.toString());
    }
  }

  @Tag("long")
  @Test
  void whatAWorkerHeldWhoseMachineIsGoneIsRunByAnotherWhenItsLocksHaveEnded(@TempDir Path folder)
      throws Exception {
    try (Scene scene = scene(Map.of("intake.share.lock.ms", "2000"))) {
      sendNumbers(scene, "e", 0, 150, Checks.WAITING_NUMBER);
      Process first = scene.workerProcess("w1", folder);
      scene.results(10);
      // Its connections stay, and nothing comes through them any more.
      String pid = Long.toString(first.pid());
      assertEquals(0, new ProcessBuilder("kill", "-STOP", pid).start().waitFor());
      try {
        scene.worker("w2");
        await("all to be done").atMost(Scene.PATIENCE).until(() -> scene.committed() == 150);
      } finally {
        var _ = first.destroyForcibly().onExit().join();
      }

      List<TopicTail.Entry<ExecutionResult>> results = scene.results(150);
      assertEquals(numbers("e", 0, 150), repeatedOutputs(results));
      assertEquals(Set.of(1, 2), attempts(results));
    }
  }

  @Tag("long")
  @Test
  void aNameThatAGroupOfTheOtherKindHasIsRefused() throws Exception {
    try (Scene scene = scene(Map.of())) {
      scene.send(Scene.request("e", "1").build());
      scene.worker("w1");
      scene.results(1);
      refuse(scene, "partitions", "Share");
    }
    try (Scene scene = scene(Map.of("intake.mode", "partitions"))) {
      scene.send(Scene.request("e", "1").build());
      scene.worker("w1");
      scene.results(1);
      refuse(scene, "share-group", "Consumer");
    }
  }

  private static void refuse(Scene scene, String mode, String type) {
    StartException refusal =
        assertThrows(StartException.class, () -> scene.worker("w2", Map.of("intake.mode", mode)));
    assertEquals(
        "intake.group is %s, and Kafka has a group of that name and of type %s; with intake.mode %s set intake.group to another name, or delete that group"
            .formatted(scene.configuration("w2").intake().group(), type, mode),
        refusal.getMessage());
  }

  @Tag("long")
  @Test
  void aScriptThatRunsLongerThanALockRunsOnceAndHoldsUpOnlyItsBatch() throws Exception {
    Map<String, String> settings =
        Map.of(
            "intake.share.lock.ms", "5000",
            "kafka.consumer.max.poll.records", "5",
            "pool.size", "2",
            "dispatch.tenant.max.concurrent", "2");
    try (Scene scene = scene(settings)) {
      scene.send(
          Scene.request("long", "new Promise(done => setTimeout(() => done('slept'), 12000))")
              .setLimits(Limits.newBuilder().setWallMillis(30_000L).build())
              .build());
      sendNumbers(scene, "e", 0, 60, Checks.WAITING_NUMBER);
      Worker worker = scene.worker("w1");

      List<TopicTail.Entry<ExecutionResult>> results = scene.results(61);

      Map<String, String> expected = numbers("e", 0, 60);
      expected.put("long", "\"slept\"");
      assertEquals(expected, outputs(results));
      assertEquals(Set.of(1), attempts(results));
      Instant end = completed(results, "long");
      long meanwhile =
          results.stream().filter(one -> one.value().getCompletedAt().isBefore(end)).count();
      assertTrue(meanwhile > 4, "only its batch was answered meanwhile: " + meanwhile);
      worker.close();
      assertEquals(61, scene.committed());
      assertEquals(61, scene.results(61).size());
    }
  }

  @Tag("long")
  @Test
  void aLockIsRenewedForAsLongAsAScriptRuns() throws Exception {
    // One reader each, so that only the other worker could take it.
    Map<String, String> settings =
        Map.of("intake.share.lock.ms", "4000", "intake.max.in.flight", "1");
    try (Scene scene = scene(settings)) {
      Worker first = scene.worker("w1");
      Worker second = scene.worker("w2");
      scene.send(
          Scene.request("long", "new Promise(done => setTimeout(() => done('slept'), 10000))")
              .setLimits(Limits.newBuilder().setWallMillis(30_000L).build())
              .build());

      assertEquals(Set.of(1), attempts(scene.results(1)));
      // A second run would be waited for.
      first.close();
      second.close();
      assertEquals(1, scene.results(1).size());
      assertEquals(1, scene.committed());
    }
  }

  private static Instant completed(List<TopicTail.Entry<ExecutionResult>> results, String id) {
    return results.stream()
        .map(TopicTail.Entry::value)
        .filter(one -> one.getExecutionId().equals(id))
        .findFirst()
        .orElseThrow()
        .getCompletedAt();
  }

  @Test
  void whatNoWorkerHasAnsweredIsAnsweredWithoutARunBeforeKafkaDropsIt() throws Exception {
    try (Scene scene = scene(Map.of())) {
      limitDeliveries(scene, 3);
      scene.send(Scene.request("killer", "'must not run'").build());
      deliverInVain(scene);
      Worker worker = scene.worker("w1");

      ExecutionResult result = scene.results(1).getFirst().value();
      assertEquals("killer", result.getExecutionId());
      assertEquals(ExecutionStatus.VIOLATED, result.getStatus());
      assertEquals(1, result.getAttempt());
      String message = result.getError().getMessage();
      assertTrue(message.contains("was given to a worker 1 times and had no answer"), message);
      Violation violation = scene.violations(_ -> true, 1).getFirst().value();
      assertEquals(ViolationKind.SANDBOX_CRASH, violation.getKind());
      worker.close();
      assertEquals(1, scene.committed());
    }
  }

  @Test
  void aRecordThatCannotBeDecodedYetIsKeptAndLeavesATraceWhereKafkaWouldDropIt() throws Exception {
    try (Scene scene = scene(Map.of("intake.share.lock.ms", "1000"))) {
      limitDeliveries(scene, 2);
      byte[] bytes = scene.bytes(Scene.request("unread", "1").build());
      var _ = scene.send(0, "k".getBytes(UTF_8), bytes);
      deliverInVain(scene);
      Worker worker =
          scene.worker(
              "w1", Map.of("serialization.deserializer", AwayDeserializer.class.getName()));
      await("it says that it cannot read")
          .atMost(Scene.PATIENCE)
          .until(() -> !worker.health().ready());
      String trouble = worker.health().troubles().getFirst();
      assertTrue(trouble.startsWith("The schema registry cannot be used"), trouble);
      await("the lock to be renewed")
          .during(Duration.ofMillis(1500))
          .atMost(Scene.PATIENCE)
          .until(() -> scene.violations(_ -> true, 0).isEmpty() && scene.committed() < 1);

      worker.close();

      Violation violation = scene.violations(_ -> true, 1).getFirst().value();
      assertEquals(ViolationKind.MALFORMED_REQUEST, violation.getKind());
      assertEquals(ByteBuffer.wrap(bytes), violation.getRawRequest());
      assertTrue(violation.getMessage().contains("delivered 2 times"), violation.getMessage());
      assertEquals(1, scene.committed());
    }
  }

  @Tag("long")
  @Test
  void requestsThatNobodyIsGivenTurnAWorkerUnreadyUntilItIs() throws Exception {
    Map<String, String> settings =
        Map.of(
            "management.stalled.after.ms", "1000",
            "limits.default.wall.ms", "250",
            "limits.ceiling.wall.ms", "250",
            "intake.share.lock.ms", "1000");
    try (KafkaProxy proxy = new KafkaProxy(services.bootstrapServers());
        Scene scene = scene(settings)) {
      Worker worker =
          scene.worker("w1", Map.of("kafka.bootstrap.servers", proxy.bootstrapServers()));
      scene.send(Scene.request("e0", "0").build());
      scene.results(1);
      // Kafka knows no lag before it has been told of a first record.
      await("the first to be accepted")
          .atMost(Scene.PATIENCE)
          .until(() -> lag(scene), Optional.of(0L)::equals);

      proxy.decide((kind, _) -> kind != ApiKeys.SHARE_FETCH);
      sendNumbers(scene, "e", 1, 4, Checks.NUMBER);
      String trouble = "3 requests wait in Kafka, and the share group has read and answered none";
      await("it says that it cannot read")
          .atMost(Scene.PATIENCE)
          .until(
              () -> worker.health().troubles(),
              troubles -> troubles.stream().anyMatch(one -> one.startsWith(trouble)));
      assertTrue(worker.health().live());

      proxy.decide((_, _) -> true);
      assertEquals(numbers("e", 0, 4), outputs(scene.results(4)));
      await("it is ready again")
          .atMost(Scene.PATIENCE)
          .until(() -> worker.health().troubles(), List::isEmpty);
    }
  }

  /** Of the one partition, as far as Kafka knows it. */
  private static Optional<Long> lag(Scene scene) throws Exception {
    Configuration configuration = scene.configuration("admin");
    String group = configuration.intake().group();
    try (Admin admin = Admin.create(configuration.kafka().admin())) {
      return admin
          .listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
          .partitionsToOffsetInfo(group)
          .get()
          .values()
          .stream()
          .filter(Objects::nonNull)
          .flatMap(partition -> partition.lag().stream())
          .findFirst();
    }
  }

  private static Set<Integer> attempts(List<TopicTail.Entry<ExecutionResult>> results) {
    return results.stream().map(one -> one.value().getAttempt()).collect(toSet());
  }

  static void limitDeliveries(Scene scene, int limit) throws Exception {
    Configuration configuration = scene.configuration("admin");
    KafkaConfigs.set(
        configuration,
        ConfigResource.Type.GROUP,
        configuration.intake().group(),
        "share.delivery.count.limit",
        Integer.toString(limit));
  }

  /** Takes the one record that there is and gives it back. */
  private static void deliverInVain(Scene scene) {
    Configuration configuration = scene.configuration("vain");
    Map<String, Object> properties = new HashMap<>(configuration.kafka().consumer());
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, configuration.intake().group());
    properties.put(ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG, "explicit");
    try (KafkaShareConsumer<byte[], byte[]> consumer =
        new KafkaShareConsumer<>(
            properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(configuration.topics().requests()));
      ConsumerRecords<byte[], byte[]> records =
          await("the record")
              .atMost(Scene.PATIENCE)
              .until(() -> consumer.poll(Duration.ofMillis(100)), polled -> !polled.isEmpty());
      records.forEach(record -> consumer.acknowledge(record, AcknowledgeType.RELEASE));
      var _ = consumer.commitSync();
    }
  }
}
