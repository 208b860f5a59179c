package dev.paddock.worker.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.worker.cli.doctor.Finding.Level;
import dev.paddock.worker.cli.doctor.Machine.Resources;
import dev.paddock.worker.config.Configuration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What is made of figures that no machine here has. */
class FindingsTest {

  private static final long MIB = 1L << 20;
  private static final long HEAP = 512 * MIB;

  /** The example of docs/sizing.md: 512 + 160 MiB, and 5 × (200 + 1.5 × 128) MiB. */
  private static final long EXAMPLE = 2632 * MIB;

  private static final Map<String, String> FOUR_AND_A_SPARE =
      Map.of("pool.size", "4", "pool.spares", "1");

  private static Level of(List<Finding> findings, String subject) {
    return findings.stream()
        .filter(finding -> finding.subject().equals(subject))
        .map(Finding::level)
        .max(Level::compareTo)
        .orElseThrow();
  }

  private static Resources machine(int cores, long memory) {
    return new Resources(cores, memory, OptionalLong.of(1024), OptionalLong.of(4096));
  }

  private static List<Finding> capacity(Map<String, String> settings, Resources has) {
    return Machine.capacity(Configuration.of(settings), has, HEAP);
  }

  @Test
  void memoryIsEnoughForWhatAllSandboxesMayTake() {
    assertEquals(Level.OK, of(capacity(FOUR_AND_A_SPARE, machine(4, EXAMPLE)), "memory"));
    assertEquals(Level.WARNING, of(capacity(FOUR_AND_A_SPARE, machine(4, EXAMPLE - 1)), "memory"));
    long warm = (512 + 160 + 5 * 200) * MIB;
    assertEquals(Level.WARNING, of(capacity(FOUR_AND_A_SPARE, machine(4, warm)), "memory"));
    assertEquals(Level.PROBLEM, of(capacity(FOUR_AND_A_SPARE, machine(4, warm - 1)), "memory"));
  }

  @Test
  void scriptsInTheWorkerNeedNoMemoryBesideIt() {
    Map<String, String> settings = Map.of("pool.isolation", "context", "pool.size", "4");
    assertEquals(Level.OK, of(capacity(settings, machine(4, (512 + 160) * MIB)), "memory"));
  }

  @Test
  void aPoolFitsTheCores() {
    assertEquals(
        Level.WARNING, of(capacity(Map.of("pool.size", "1"), machine(2, 1L << 40)), "cores"));
    assertEquals(Level.OK, of(capacity(Map.of("pool.size", "8"), machine(2, 1L << 40)), "cores"));
    assertEquals(
        Level.WARNING, of(capacity(Map.of("pool.size", "9"), machine(2, 1L << 40)), "cores"));
  }

  @Test
  void aLimitOfFilesOrThreadsThatIsTooLowIsAProblem() {
    Map<String, String> settings = Map.of("pool.size", "100", "pool.spares", "0");
    List<Finding> findings =
        capacity(
            settings, new Resources(64, 1L << 40, OptionalLong.of(1055), OptionalLong.of(3100)));
    assertEquals(Level.PROBLEM, of(findings, "open files"));
    assertEquals(Level.OK, of(findings, "threads"));
    findings =
        capacity(
            settings, new Resources(64, 1L << 40, OptionalLong.empty(), OptionalLong.of(3099)));
    assertEquals(Level.PROBLEM, of(findings, "threads"));
    assertTrue(findings.stream().noneMatch(one -> one.subject().equals("open files")));
  }

  @Test
  void clocksMayDifferByASecondAndWhatTheWayTakes() {
    assertEquals(Level.OK, Brokers.clock(-1400, 401).level());
    assertEquals(Level.WARNING, Brokers.clock(-1400, 400).level());
    assertEquals(Level.WARNING, Brokers.clock(60_000, 1).level());
    assertEquals(Level.PROBLEM, Brokers.clock(60_001, 1).level());
    assertTrue(Brokers.clock(60_001, 1).found().contains("60001 ms behind"));
    assertTrue(Brokers.clock(-60_001, 1).found().contains("60001 ms ahead of"));
  }

  private static Topic topic(int replicas, int inSync, boolean leaders, Map<String, String> more) {
    Map<String, String> config = new HashMap<>();
    config.put("cleanup.policy", "delete");
    config.put("retention.ms", "604800000");
    config.put("retention.bytes", "-1");
    config.put("min.insync.replicas", "2");
    config.put("max.message.bytes", "1048588");
    config.putAll(more);
    return new Topic("t", 6, replicas, inSync, leaders, config);
  }

  private static List<Finding> whatIsWrong(Topic topic, Topic.Use use) {
    return topic.asOneInUse(EnumSet.of(use), 983_040).stream()
        .filter(finding -> finding.level() != Level.OK)
        .toList();
  }

  private static void assertOnly(Level level, String part, List<Finding> findings) {
    assertEquals(1, findings.size(), findings.toString());
    assertEquals(level, findings.getFirst().level(), findings.toString());
    String said = findings.getFirst().found() + " " + findings.getFirst().remedy();
    assertTrue(said.contains(part), said);
  }

  @Test
  void aTopicAsItShouldBeHasNothingWrong() {
    assertEquals(List.of(), whatIsWrong(topic(3, 3, true, Map.of()), Topic.Use.READ));
    assertEquals(List.of(), whatIsWrong(topic(3, 2, true, Map.of()), Topic.Use.WRITTEN));
  }

  @Test
  void replicasAndHowManyMustBeInSyncFitTogether() {
    assertOnly(
        Level.PROBLEM,
        "wants 4 replicas in sync and has 3",
        whatIsWrong(topic(3, 3, true, Map.of("min.insync.replicas", "4")), Topic.Use.READ));
    assertOnly(
        Level.PROBLEM, "has 1 right now", whatIsWrong(topic(3, 1, true, Map.of()), Topic.Use.READ));
    assertOnly(
        Level.WARNING,
        "set its min.insync.replicas to 2",
        whatIsWrong(topic(2, 2, true, Map.of("min.insync.replicas", "1")), Topic.Use.READ));
    assertOnly(
        Level.WARNING,
        "has one replica",
        whatIsWrong(topic(1, 1, true, Map.of("min.insync.replicas", "1")), Topic.Use.READ));
    assertOnly(
        Level.PROBLEM,
        "without a leader",
        whatIsWrong(topic(3, 3, false, Map.of()), Topic.Use.READ));
  }

  @Test
  void whatMayVanishUnreadIsSaid() {
    assertOnly(
        Level.WARNING,
        "for 11 hours",
        whatIsWrong(topic(3, 3, true, Map.of("retention.ms", "43199999")), Topic.Use.READ));
    assertEquals(
        List.of(),
        whatIsWrong(topic(3, 3, true, Map.of("retention.ms", "43200000")), Topic.Use.READ));
    assertEquals(
        List.of(), whatIsWrong(topic(3, 3, true, Map.of("retention.ms", "1")), Topic.Use.WRITTEN));
    assertOnly(
        Level.WARNING,
        "keeps 1000000 bytes of a partition",
        whatIsWrong(topic(3, 3, true, Map.of("retention.bytes", "1000000")), Topic.Use.READ));
    assertOnly(
        Level.WARNING,
        "those that wait may vanish unread",
        whatIsWrong(topic(3, 3, true, Map.of("cleanup.policy", "compact")), Topic.Use.READ));
    assertOnly(
        Level.WARNING,
        "takes no record without a key",
        whatIsWrong(topic(3, 3, true, Map.of("cleanup.policy", "compact")), Topic.Use.WRITTEN));
  }

  @Test
  void aRecordAsLargeAsLimitsAllowMustFit() {
    assertOnly(
        Level.WARNING,
        "set its max.message.bytes to 983040",
        whatIsWrong(topic(3, 3, true, Map.of("max.message.bytes", "983039")), Topic.Use.WRITTEN));
    assertEquals(
        List.of(),
        whatIsWrong(topic(3, 3, true, Map.of("max.message.bytes", "983040")), Topic.Use.WRITTEN));
  }

  @Test
  void settingsThatMayNotBeSeenAreSaidToBeUnknown() {
    Topic topic = new Topic("t", 6, 3, 3, true, Map.of());
    assertOnly(
        Level.UNKNOWN, "grant this user DescribeConfigs", whatIsWrong(topic, Topic.Use.READ));
    Topic catalog = new Topic("t", 1, 3, 3, true, Map.of());
    assertEquals(Level.UNKNOWN, of(catalog.asCatalog(), "t"));
  }

  @Test
  void theCatalogIsCompactedAndHasOnePartition() {
    Topic wrong = topic(3, 3, true, Map.of());
    assertEquals(Level.PROBLEM, of(wrong.asCatalog(), "t"));
    Topic right =
        new Topic(
            "t", 1, 3, 3, true, Map.of("cleanup.policy", "compact", "min.insync.replicas", "2"));
    assertEquals(Level.OK, of(right.asCatalog(), "t"));
  }
}
