package dev.paddock.worker.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.local.LocalServices;
import dev.paddock.schemas.CatalogScript;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.schemas.ScriptIdentity;
import dev.paddock.schemas.ScriptKind;
import dev.paddock.schemas.ScriptReference;
import dev.paddock.schemas.ViolationKind;
import dev.paddock.worker.ScriptUsed;
import dev.paddock.worker.catalog.CatalogBusyException;
import dev.paddock.worker.catalog.CatalogEditor;
import dev.paddock.worker.catalog.CatalogMissingException;
import dev.paddock.worker.config.Configuration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Scripts by name, from the topic to the result, while a worker runs. */
@ExtendWith(SharedServices.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CatalogTest {

  /** Long enough for a script to be put meanwhile, on a busy machine. */
  private static final String SCRIPT_WAIT_MILLIS = "6000";

  private final LocalServices services;
  private final Scene scene;
  private final CatalogEditor editor;

  CatalogTest(LocalServices services) throws InterruptedException {
    this.services = services;
    scene =
        new Scene(
            services.broker().bootstrapServers(),
            services.registry().url(),
            Map.of("catalog.wait.ms", SCRIPT_WAIT_MILLIS));
    editor = new CatalogEditor(scene.configuration("editor"));
  }

  @BeforeAll
  void start() throws Exception {
    put("early", 1, "'early 1'");
    scene.worker("w1");
  }

  @AfterAll
  void stop() {
    scene.close();
  }

  @Test
  void requestsFindTheVersionThatTheyNameOrTheLatestWhileItChanges() throws Exception {
    assertRan("before", reference("early", null), "\"early 1\"", 1);
    put("early", 2, "'early 2'");
    Awaitility.await("the worker to see version 2")
        .atMost(Scene.PATIENCE)
        .until(() -> run("try-" + System.nanoTime(), reference("early", null)).endsWith("2\""));
    assertRan("first", reference("early", 1), "\"early 1\"", 1);
    assertRan("second", reference("early", 2), "\"early 2\"", 2);

    editor.write(
        versions ->
            CatalogScript.newBuilder(require(versions.find("acme", "early", 2)))
                .setDisabled(true)
                .build());
    Awaitility.await("the worker to see that version 2 is disabled")
        .atMost(Scene.PATIENCE)
        .until(() -> run("try-" + System.nanoTime(), reference("early", null)).endsWith("1\""));
    send("disabled", reference("early", 2));
    ExecutionResult refused = result("disabled");
    assertEquals(ExecutionStatus.REJECTED, refused.getStatus());
    assertEquals("SCRIPT_NOT_FOUND", refused.getError().getName());
    assertEquals(new ScriptIdentity("early", 2), refused.getScript());
  }

  @Test
  void aRequestThatComesBeforeItsScriptWaitsForIt() throws Exception {
    send("before-its-script", reference("late", null));
    put("late", 1, "'late'");
    ExecutionResult result = result("before-its-script");
    assertEquals("\"late\"", result.getOutput());
    assertEquals(new ScriptIdentity("late", 1), result.getScript());
  }

  @Test
  void aScriptThatNobodyPutIsNotFoundAndAnotherTenantsNeither() {
    send("nobodys", reference("nobodys", 7));
    scene.send(
        Scene.request("anothers", "")
            .setTenant("other")
            .setScript(reference("early", null))
            .build());
    for (String id : List.of("nobodys", "anothers")) {
      ExecutionResult result = result(id);
      assertEquals(ExecutionStatus.REJECTED, result.getStatus());
      assertEquals("", result.getScriptSha256());
      assertNull(result.getScript());
      assertEquals(
          ViolationKind.SCRIPT_NOT_FOUND,
          scene
              .violations(entry -> entry.value().getExecutionId().equals(id), 1)
              .getFirst()
              .value()
              .getKind());
    }
  }

  @Test
  void modulesOfAScriptAreItsOwn() throws Exception {
    Map<String, String> modules = Map.of("vat", "export default 1.2");
    CatalogScript script =
        script("gross", 1, "import vat from 'vat'; export default (n) => n * vat")
            .setKind(ScriptKind.MODULE)
            .setName("gross.mjs")
            .setModules(modules)
            .build();
    editor.write(_ -> script);
    scene.send(Scene.request("gross", "").setScript(reference("gross", 1)).setInput("10").build());
    assertEquals("12", result("gross").getOutput());
  }

  @Test
  void ofTwoWhoAddAtTheSameTimeOneFailsAndNothingIsOverwritten() throws Exception {
    CatalogEditor other = new CatalogEditor(scene.configuration("other-editor"));
    assertThrows(
        CatalogBusyException.class,
        () ->
            editor.write(
                _ -> {
                  try {
                    other.write(_ -> script("raced", 1, "'the other'").build());
                  } catch (java.util.concurrent.TimeoutException e) {
                    throw new AssertionError(e);
                  }
                  return script("raced", 1, "'the first'").build();
                }));
    assertEquals("'the other'", require(editor.read().find("acme", "raced", 1)).getSource());
  }

  @Test
  void whatIsNoScriptIsLeftOut() throws Exception {
    Configuration configuration = scene.configuration("vandal");
    String topic = configuration.topics().scripts();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            configuration.kafka().producer(),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topic, "no key".getBytes(UTF_8), new byte[3])).get();
      producer.send(new ProducerRecord<>(topic, "acme/a/1".getBytes(UTF_8), new byte[3])).get();
      producer
          .send(
              new ProducerRecord<>(
                  topic, "acme/a/2".getBytes(UTF_8), scene.bytes(Scene.request("x", "1").build())))
          .get();
    }
    put("after-the-bad", 1, "'still read'");
    assertRan("after-the-bad", reference("after-the-bad", 1), "\"still read\"", 1);
    assertEquals(List.of(), editor.read().versions("acme", "a"));
  }

  @Test
  void withoutItsTopicAWorkerSaysSoAndWorksAsSoonAsThereIsOne() throws Exception {
    String topic = "absent-" + System.nanoTime();
    Map<String, String> elsewhere = Map.of("topics.scripts", topic, "catalog.wait.ms", "0");
    try (Scene other =
        new Scene(services.broker().bootstrapServers(), services.registry().url(), Map.of())) {
      Configuration configuration = Configuration.of(other.settings("w2", elsewhere));
      CatalogEditor absent = new CatalogEditor(configuration);
      assertThrows(CatalogMissingException.class, absent::read);
      other.worker("w2", elsewhere);
      ExecutionResult refused = ask(other, "too-early");
      assertEquals(ExecutionStatus.REJECTED, refused.getStatus());
      String message = refused.getError().getMessage();
      assertTrue(
          message.endsWith(topic + ", which does not exist; make it with `paddock topics create`"),
          message);
      try (Admin admin = Admin.create(configuration.kafka().admin())) {
        assertTrue(admin.listTopics().names().get().stream().noneMatch(topic::equals));
      }

      assertEquals(List.of(topic), Topics.create(configuration));
      assertEquals("compact", KafkaConfigs.ofTopic(configuration, topic, "cleanup.policy"));
      absent.write(_ -> script("early", 1, "'at last'").build());
      Awaitility.await("the worker to see the topic")
          .atMost(Scene.PATIENCE)
          .until(() -> "\"at last\"".equals(ask(other, "try-" + System.nanoTime()).getOutput()));

      assertEquals(List.of(), Topics.create(configuration));
      KafkaConfigs.set(configuration, ConfigResource.Type.TOPIC, topic, "cleanup.policy", "delete");
      StartException unfit = assertThrows(StartException.class, () -> Topics.create(configuration));
      message = String.valueOf(unfit.getMessage());
      assertTrue(message.contains(topic + " is there, but its cleanup.policy is delete"), message);
    }
  }

  /** What comes of a request for a script that is called early. */
  private static ExecutionResult ask(Scene scene, String id) {
    scene.send(Scene.request(id, "").setScript(reference("early", null)).build());
    return result(scene, id);
  }

  private void put(String id, int version, String source) throws Exception {
    editor.write(_ -> script(id, version, source).build());
  }

  private static CatalogScript.Builder script(String id, int version, String source) {
    return CatalogScript.newBuilder()
        .setTenant("acme")
        .setId(id)
        .setVersion(version)
        .setSource(source)
        .setSha256(ScriptUsed.sha256(source, Map.of()))
        .setCreated(Instant.EPOCH);
  }

  private static ScriptReference reference(String id, @Nullable Integer version) {
    return new ScriptReference(id, version);
  }

  private void send(String executionId, ScriptReference reference) {
    scene.send(Scene.request(executionId, "").setScript(reference).build());
  }

  private String run(String executionId, ScriptReference reference) {
    send(executionId, reference);
    return String.valueOf(result(executionId).getOutput());
  }

  private ExecutionResult result(String id) {
    return result(scene, id);
  }

  private static ExecutionResult result(Scene scene, String id) {
    return scene.results(entry -> entry.value().getExecutionId().equals(id), 1).getFirst().value();
  }

  private void assertRan(String id, ScriptReference reference, String output, int version) {
    send(id, reference);
    ExecutionResult result = result(id);
    assertEquals(output, result.getOutput());
    assertEquals(new ScriptIdentity(reference.getId(), version), result.getScript());
    assertEquals(ScriptUsed.sha256(output.replace('"', '\''), Map.of()), result.getScriptSha256());
  }

  private static CatalogScript require(@Nullable CatalogScript script) {
    if (script == null) {
      throw new AssertionError("There is no such version");
    }
    return script;
  }
}
