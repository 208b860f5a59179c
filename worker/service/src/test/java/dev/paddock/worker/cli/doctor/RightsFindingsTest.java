package dev.paddock.worker.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.local.LocalServices;
import dev.paddock.worker.app.Scene;
import dev.paddock.worker.app.SecuredBroker;
import dev.paddock.worker.app.SharedServices;
import dev.paddock.worker.cli.doctor.Finding.Level;
import dev.paddock.worker.config.Configuration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What doctor says of a user's rights on groups and transactions, as they are granted. */
@ExtendWith(SharedServices.class)
@Tag("long")
class RightsFindingsTest {

  private static final Finding MAY_READ = Finding.ok("", "this user may read in it");

  private final SecuredBroker broker;
  private final String user = "doctor-" + UUID.randomUUID();
  private final String group = "group-" + UUID.randomUUID();

  RightsFindingsTest(SecuredBroker broker) {
    this.broker = broker;
  }

  @Test
  void rightsOnTheGroupAndOnTransactionsAreLookedAtThoughThereIsNoGroupYet() throws Exception {
    Map<String, String> settings = settings("partitions");
    assertEquals(
        List.of(
            Finding.problem(
                "group " + group,
                "this user may not read in it",
                "grant this user Read on group %s, or set intake.group to a group that it may use"
                    .formatted(group)),
            Finding.problem(
                "transactions",
                "this user may not use them, and delivery.guarantee is exactly-once",
                "grant this user Write on transactional ids that begin with paddock-, or set"
                    + " delivery.guarantee to at-least-once")),
        findings(settings));

    broker.grant(user, AclOperation.READ, ResourceType.GROUP, group);
    broker.grant(user, AclOperation.WRITE, ResourceType.TRANSACTIONAL_ID, "paddock-");

    assertEquals(
        List.of(
            Finding.ok("group " + group, MAY_READ.found()),
            Finding.ok("transactions", "this user may use them; a transactional id was tried")),
        findings(settings));
    settings.put("delivery.guarantee", "at-least-once");
    assertEquals(List.of(Finding.ok("group " + group, MAY_READ.found())), findings(settings));
  }

  @Test
  void aShareGroupIsPreparedForTheLookOfIt() throws Exception {
    Map<String, String> settings = settings("share-group");
    broker.grant(user, AclOperation.READ, ResourceType.GROUP, group);
    assertPreparing(settings, Level.PROBLEM, "grant it DescribeConfigs on group " + group);

    broker.grant(user, AclOperation.DESCRIBE_CONFIGS, ResourceType.GROUP, group);
    assertPreparing(settings, Level.PROBLEM, "Grant it AlterConfigs on group " + group);

    broker.grant(user, AclOperation.ALTER_CONFIGS, ResourceType.GROUP, group);
    assertPreparing(settings, Level.OK, "this user may make it so");
    // Which it has not.
    broker.revoke(user, AclOperation.ALTER_CONFIGS, ResourceType.GROUP, group);
    assertPreparing(settings, Level.PROBLEM, "Grant it AlterConfigs on group " + group);
  }

  @ParameterizedTest
  @ValueSource(strings = {"partitions", "share-group"})
  void aGroupThatIsAtWorkStaysAsItIs(String mode, LocalServices services) throws Exception {
    try (Scene scene =
        new Scene(
            services.broker().bootstrapServers(),
            services.registry().url(),
            Map.of("intake.mode", mode, "kafka.admin.default.api.timeout.ms", "60000"))) {
      scene.worker("w1");
      scene.send(Scene.request("before", "1").build());
      scene.results(1);

      List<Finding> findings = Brokers.examine(scene.configuration("doctor")).getLast().findings();

      assertEquals(2, findings.size(), findings.toString());
      assertTrue(
          findings.stream().allMatch(finding -> finding.level() == Level.OK), findings.toString());
      scene.send(Scene.request("after", "1").build());
      assertEquals(2, scene.results(2).size());
    }
  }

  private static void assertPreparing(Map<String, String> settings, Level level, String part)
      throws InterruptedException {
    List<Finding> findings = findings(settings);
    assertEquals(2, findings.size(), findings.toString());
    assertEquals(MAY_READ.found(), findings.getFirst().found());
    Finding preparing = findings.getLast();
    assertEquals(level, preparing.level(), preparing.toString());
    assertTrue(preparing.found().contains(part), preparing.toString());
  }

  private Map<String, String> settings(String mode) throws Exception {
    Map<String, String> settings = new HashMap<>(broker.newUser(user));
    settings.put("intake.group", group);
    settings.put("intake.mode", mode);
    // Other tests keep the machine busy.
    settings.put("kafka.admin.default.api.timeout.ms", "60000");
    return settings;
  }

  private static List<Finding> findings(Map<String, String> settings) throws InterruptedException {
    return Brokers.examine(Configuration.of(settings)).getLast().findings();
  }
}
