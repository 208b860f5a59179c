package dev.paddock.worker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.local.LocalServices;
import dev.paddock.worker.app.SecuredBroker;
import dev.paddock.worker.app.SharedServices;
import dev.paddock.worker.cli.Cli.Ended;
import dev.paddock.worker.cli.Cli.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The commands at a broker that speaks TLS, checks passwords and lets nobody do too much. */
@ExtendWith(SharedServices.class)
@Tag("long")
class SecuredKafkaTest {

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private final LocalServices services;
  private final SecuredBroker broker;

  SecuredKafkaTest(LocalServices services, SecuredBroker broker) {
    this.services = services;
    this.broker = broker;
  }

  @Test
  void aBatchGoesThroughWithTheRightsThatEachSideNeedsAndNoMore() throws Exception {
    Cli cli = new Cli(folder);
    configure("admin.yaml", broker.administrator());
    configure("worker.yaml", broker.newUser("paddock-worker"));
    configure("user.yaml", broker.newUser("paddock-user"));
    Files.writeString(folder.resolve("twice.js"), "2 * input");
    Files.writeString(folder.resolve("inputs.jsonl"), "1\n2\n3\n");
    Ended refused = cli.run("topics", "create", "--config", "user.yaml");
    assertTrue(refused.err().contains("; grant this user Create on topic"), refused.err());
    Ended created = cli.run("topics", "create", "--config", "admin.yaml");
    assertEquals(0, created.exitCode(), created.err());
    grant("paddock-worker", AclOperation.READ, AclOperation.WRITE);
    broker.grant("paddock-worker", AclOperation.WRITE, ResourceType.TOPIC, "paddock.violations");
    broker.grant("paddock-worker", AclOperation.READ, ResourceType.GROUP, "paddock");
    broker.grant("paddock-worker", AclOperation.WRITE, ResourceType.TRANSACTIONAL_ID, "paddock-");
    grant("paddock-user", AclOperation.WRITE, AclOperation.READ);

    Running worker =
        cli.start(Map.of("PADDOCK_POOL_SIZE", "1"), "worker", "--config", "worker.yaml");
    Ended submitted =
        cli.run(
            "submit",
            "twice.js",
            "--inputs",
            "inputs.jsonl",
            "--output",
            "results.jsonl",
            "--config",
            "user.yaml");
    Ended swapped =
        cli.run(
            "submit",
            "twice.js",
            "--inputs",
            "inputs.jsonl",
            "--output",
            "none.jsonl",
            "--config",
            "worker.yaml");
    Ended examined = cli.run("doctor", "--config", "user.yaml");
    worker.signal("TERM");
    Ended stopped = worker.await();

    assertEquals(0, submitted.exitCode(), submitted.err());
    assertEquals(3, Files.readAllLines(folder.resolve("results.jsonl")).size());
    assertEquals(1, swapped.exitCode(), swapped.err());
    assertTrue(
        swapped
            .err()
            .contains("grant it Read on topic paddock.results, Write on topic paddock.requests"),
        swapped.err());
    assertEquals(143, stopped.exitCode(), stopped.err());
    assertFalse(stopped.err().contains(SecuredBroker.PASSWORD), stopped.err());
    assertExamined(examined);
  }

  /** By a user who may do less than a worker has to. */
  private static void assertExamined(Ended ended) {
    assertEquals(1, ended.exitCode(), ended.out() + ended.err());
    String text = ended.out().replaceAll("\\s+", " ");
    for (String part :
        List.of(
            "problem paddock.requests this user may not do what a worker does with it"
                + " → grant this user Read on topic paddock.requests",
            "problem paddock.violations is not there, or this user may not see it"
                + " → grant this user Write on topic paddock.violations",
            "unknown paddock.results this user may not see its settings"
                + " → grant this user DescribeConfigs on topic paddock.results",
            "problem group paddock this user may not read in it → grant this user Read on group paddock",
            "problem transactions this user may not use them, and delivery.guarantee is exactly-once"
                + " → grant this user Write on transactional ids",
            "unknown clock not compared: the controller is not to be asked for its time"
                + " → grant this user Describe on the cluster")) {
      assertTrue(text.contains(part), part + " in " + text);
    }
    assertFalse((ended.out() + ended.err()).contains(SecuredBroker.PASSWORD), ended.out());
  }

  @Test
  void aWrongPasswordIsRefusedWithoutBeingShown() throws Exception {
    configure("paddock.yaml", broker.user("paddock-nobody", "gu3ssed"));
    assertRefused(
        "The topics cannot be looked up",
        "; check kafka.sasl.mechanism, and user and password in kafka.sasl.jaas.config",
        "worker");
    assertRefused(
        "The topic paddock.",
        "; check kafka.sasl.mechanism, and user and password in kafka.sasl.jaas.config",
        "topics",
        "create");
  }

  @Test
  void aTruststoreThatDoesNotVouchForTheBrokerIsNamed() throws Exception {
    configure("paddock.yaml", broker.administrator());
    assertRefused(
        "The topics cannot be looked up",
        "PKIX path building failed",
        "worker",
        "--set",
        "kafka.ssl.truststore.location=" + broker.otherTruststore());
    assertRefused(
        "The topics cannot be looked up",
        "missing.p12",
        "worker",
        "--set",
        "kafka.ssl.truststore.location=missing.p12");
  }

  @Test
  void plainTextWhereTlsIsSpokenIsTakenForWhatItMayBe() throws Exception {
    configure("paddock.yaml", Map.of("kafka.bootstrap.servers", broker.bootstrapServers()));
    assertRefused(
        "The topics cannot be looked up",
        "that kafka.security.protocol is what is spoken there",
        "worker",
        "--set",
        "kafka.admin.default.api.timeout.ms=2000",
        "--set",
        "kafka.admin.request.timeout.ms=1000");
  }

  /** The last line begins with what failed and says what to look at. */
  private void assertRefused(String beginning, String hint, String... arguments) throws Exception {
    Ended ended = new Cli(folder).run(arguments);
    assertEquals(1, ended.exitCode(), ended.err());
    String last = ended.err().lines().reduce("", (_, line) -> line);
    assertTrue(last.startsWith("paddock: " + beginning), ended.err());
    assertTrue(last.contains(hint), ended.err());
    assertFalse((ended.out() + ended.err()).contains("gu3ssed"), ended.err());
    assertFalse((ended.out() + ended.err()).contains("s3cret"), ended.err());
  }

  private void grant(String user, AclOperation requests, AclOperation results) throws Exception {
    broker.grant(user, requests, ResourceType.TOPIC, "paddock.requests");
    broker.grant(user, results, ResourceType.TOPIC, "paddock.results");
  }

  private void configure(String file, Map<String, String> settings) throws IOException {
    String lines =
        settings.entrySet().stream()
            .map(setting -> setting.getKey() + ": '" + setting.getValue() + "'\n")
            .sorted()
            .collect(Collectors.joining());
    Files.writeString(
        folder.resolve(file), lines + "registry.url: " + services.registry().url() + "\n");
  }
}
