package dev.paddock.worker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.local.LocalServices;
import dev.paddock.sandbox.wire.Protection;
import dev.paddock.worker.app.SharedServices;
import dev.paddock.worker.cli.Cli.Ended;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SharedServices.class)
class DoctorCommandTest {

  private static final String PASSWORD = "m4rker";

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private final LocalServices services;
  private final String prefix = "doctor-" + UUID.randomUUID();
  private Cli cli;

  DoctorCommandTest(LocalServices services) {
    this.services = services;
  }

  @BeforeEach
  void inAFolderOfItsOwn() {
    cli = new Cli(folder);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void everyProtectionIsShownWithItsState() throws Exception {
    Ended ended = doctor("--offline");
    assertEquals(0, ended.exitCode(), ended.out() + ended.err());
    for (Protection.Kind kind : Protection.Kind.values()) {
      assertTrue(
          lines(ended).anyMatch(line -> line.matches("(ok|warning) +\\Q" + kind.label() + "\\E.*")),
          kind + " in " + ended.out());
    }
    for (String subject : List.of("JDK", "cores", "memory", "open files")) {
      assertTrue(
          lines(ended).anyMatch(line -> line.matches("ok +" + subject + " .*")), ended.out());
    }
  }

  @Tag("long")
  @Test
  void confinementThatIsSwitchedOffIsSaidToBe() throws Exception {
    Ended ended = doctor("--offline", "--set", "sandbox.confinement=off");
    assertEquals(0, ended.exitCode(), ended.err());
    assertTrue(ended.out().contains("nothing is confined"), ended.out());
  }

  @Tag("long")
  @Test
  void scriptsOnThreadsOfTheWorkerAreSaidToBeUnconfined() throws Exception {
    Ended ended = doctor("--offline", "--set", "pool.isolation=context");
    assertEquals(0, ended.exitCode(), ended.err());
    assertTrue(ended.out().contains("because pool.isolation is context"), ended.out());
    assertFalse(ended.out().contains("in force"), ended.out());
  }

  @Test
  void anUnknownConfinementNamesTheAllowedOnes() throws Exception {
    Ended ended = doctor("--set", "sandbox.confinement=maybe");
    assertEquals(2, ended.exitCode(), ended.err());
    assertTrue(
        ended.err().contains("sandbox.confinement is 'maybe'")
            && ended.err().contains("required or preferred or off"),
        ended.err());
  }

  @Test
  void whatDoesNotAnswerIsALineAndTheRestIsLookedAtAllTheSame() throws Exception {
    Ended ended =
        doctor(
            "--set",
            "kafka.bootstrap.servers=127.0.0.1:1",
            "--set",
            "kafka.admin.default.api.timeout.ms=2000",
            "--set",
            "registry.url=http://127.0.0.1:1",
            "--set",
            "registry.username=me",
            "--set",
            "registry.password=" + PASSWORD);
    assertEquals(1, ended.exitCode(), ended.out() + ended.err());
    assertEquals(
        List.of("brokers", "registry"),
        lines(ended)
            .filter(line -> line.startsWith("problem"))
            .map(line -> line.split(" +", -1)[1])
            .toList());
    assertTrue(text(ended).contains("check kafka.bootstrap.servers"), ended.out());
    assertTrue(text(ended).contains("check registry.url"), ended.out());
    assertTrue(text(ended).contains("2 problems, "), ended.out());
    assertFalse((ended.out() + ended.err()).contains(PASSWORD), ended.out());
  }

  @Test
  void whereAllIsMadeAsPaddockMakesItThereIsNoProblem() throws Exception {
    Ended created = cli.run(services("topics", "create"));
    assertEquals(0, created.exitCode(), created.err());
    Ended ended = doctor(services());
    assertEquals(0, ended.exitCode(), ended.out() + ended.err());
    String text = text(ended);
    for (String part :
        List.of(
            "warning brokers 1 broker, cluster .*: nothing goes on without that one → have three",
            "ok features .*group\\.version 1.*",
            "ok clock \\d+ ms (ahead of|behind) the active controller's, give or take \\d+ ",
            "ok PREFIX\\.requests 6 partitions, 1 replica, 1 in sync wanted, kept 7 days, records",
            "ok PREFIX\\.scripts 1 partition, 1 replica, 1 in sync wanted, compacted, records up",
            "warning PREFIX\\.results has one replica",
            "ok PREFIX\\.results-value (not there yet|would take this version's schema)",
            "ok group PREFIX this user may read in it ",
            "ok transactions this user may use them",
            "ok compatibility BACKWARD for all ")) {
      Pattern pattern = Pattern.compile(part.replace("PREFIX", prefix));
      assertTrue(pattern.matcher(text).find(), pattern + " in " + text);
    }
  }

  @Test
  void topicsThatAreMissingOrUnfitAreNamedWithWhatToDo() throws Exception {
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", services.broker().bootstrapServers()))) {
      admin
          .createTopics(
              List.of(
                  topic("requests", Map.of(TopicConfig.RETENTION_MS_CONFIG, "60000")),
                  topic("results", Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "10000")),
                  topic("scripts", Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, "delete"))))
          .all()
          .get();
    }
    Ended ended = doctor(services());
    assertEquals(1, ended.exitCode(), ended.out() + ended.err());
    String text = text(ended);
    for (String part :
        List.of(
            "keeps records for 60000 ms: what waits longer is lost unread → set its retention.ms",
            "takes records of 10000 bytes, and limits allow outputs and logs that make 983040",
            "→ set its max.message.bytes to 983040",
            "has cleanup.policy delete, by which Kafka deletes scripts after a time"
                + " → set its cleanup.policy to compact",
            prefix + ".violations is not there → make it by `paddock topics create`")) {
      assertTrue(text.contains(part), part + " in " + text);
    }
  }

  private Ended doctor(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of("doctor"));
    all.addAll(Arrays.asList(arguments));
    return cli.run(all.toArray(String[]::new));
  }

  /** These and the shared services, with topics of this test's own. */
  private String[] services(String... arguments) {
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    Map.of(
            "kafka.bootstrap.servers",
            services.broker().bootstrapServers(),
            "registry.url",
            services.registry().url(),
            "topics.requests",
            prefix + ".requests",
            "topics.results",
            prefix + ".results",
            "topics.violations",
            prefix + ".violations",
            "topics.scripts",
            prefix + ".scripts",
            "intake.group",
            prefix,
            // Other tests keep the machine busy.
            "kafka.admin.default.api.timeout.ms",
            "60000")
        .forEach((key, value) -> all.addAll(List.of("--set", key + "=" + value)));
    return all.toArray(String[]::new);
  }

  private NewTopic topic(String name, Map<String, String> configs) {
    return new NewTopic(prefix + "." + name, 1, (short) 1).configs(configs);
  }

  /** All of it in one line, with single spaces. */
  private static String text(Ended ended) {
    return ended.out().strip().replaceAll("\\s+", " ");
  }

  private static Stream<String> lines(Ended ended) {
    return ended.out().lines().map(String::strip);
  }
}
