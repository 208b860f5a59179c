package dev.paddock.worker.cli.doctor;

import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.KafkaRefusal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.FeatureMetadata;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;

/** What there is to know of Kafka without changing anything there. Used by one thread. */
public final class Brokers implements AutoCloseable {

  /** Bounds all calls together, unless the configuration has a bound: somebody waits for it. */
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  /** So that Kafka's own client says first what it waits for. */
  private static final long MARGIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final Duration CLOSING = Duration.ofSeconds(1);

  /** From here on, deadlines and timestamps are visibly off. */
  private static final long CLOCK_WARNING_MILLIS = 1_000;

  /** From here on, tokens and certificates stop being valid, and deadlines make no sense. */
  private static final long CLOCK_PROBLEM_MILLIS = 60_000;

  private static final String GROUP_FEATURE = "group.version";
  private static final String SHARE_FEATURE = "share.version";
  private static final String TRANSACTION_FEATURE = "transaction.version";

  private final Configuration settings;
  private final Admin admin;
  private final Clock clock;
  private final long endNanos;

  private Brokers(Configuration settings, Clock clock) {
    this.settings = settings;
    long millis = patienceMillis(settings);
    this.admin = admin(settings, millis);
    this.endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis) + MARGIN_NANOS;
    this.clock = clock;
  }

  /** Looks at brokers and topics; a Kafka that does not answer is one finding. */
  public static List<Section> examine(Configuration settings) throws InterruptedException {
    String servers = String.valueOf(settings.kafka().admin().get("bootstrap.servers"));
    String title = "Kafka at " + servers;
    try (Brokers brokers = new Brokers(settings, Clock.systemUTC())) {
      List<Finding> findings = new ArrayList<>();
      findings.add(brokers.cluster());
      findings.addAll(brokers.features());
      findings.add(brokers.clock());
      return List.of(
          new Section(title, findings),
          new Section("Topics", new TopicsInUse(settings, brokers).findings()),
          new Section("Group and transactions", new Rights(settings, brokers).findings()));
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      return List.of(
          new Section(
              title,
              List.of(
                  Finding.problem(
                      "brokers",
                      "cannot be used, so that nothing else there is looked at",
                      why(e)))));
    }
  }

  /** The client, for calls that {@link #await} bounds. */
  Admin admin() {
    return admin;
  }

  /** An answer, in time. */
  <T> T await(KafkaFuture<T> answer)
      throws ExecutionException, InterruptedException, TimeoutException {
    return answer.get(left().toNanos(), TimeUnit.NANOSECONDS);
  }

  /** For how long something may still be waited for. */
  Duration left() {
    return Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
  }

  /** What Kafka says, and what to do about it. */
  static String why(Exception failure) {
    Throwable cause =
        failure instanceof ExecutionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof TimeoutException
        ? "Kafka does not answer in time; try again"
        : KafkaRefusal.describe(cause, AclOperation.DESCRIBE);
  }

  @Override
  public void close() {
    admin.close(CLOSING);
  }

  private static long patienceMillis(Configuration settings) {
    Object set = settings.kafka().admin().get(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG);
    return set == null ? PATIENCE.toMillis() : Long.parseLong(set.toString().strip());
  }

  private static Admin admin(Configuration settings, long millis) {
    Map<String, Object> properties = new HashMap<>(settings.kafka().admin());
    properties.put(AdminClientConfig.CLIENT_ID_CONFIG, settings.workerId());
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(millis));
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.toIntExact(millis));
    return Admin.create(properties);
  }

  private Finding cluster() throws ExecutionException, InterruptedException, TimeoutException {
    DescribeClusterResult cluster = admin.describeCluster();
    int count = await(cluster.nodes()).size();
    String found =
        "%d %s, cluster %s"
            .formatted(count, count == 1 ? "broker" : "brokers", await(cluster.clusterId()));
    return count == 1
        ? Finding.warning(
            "brokers",
            found + ": nothing goes on without that one",
            "have three or more where requests must not wait for a broker's restart")
        : Finding.ok("brokers", found);
  }

  private List<Finding> features()
      throws ExecutionException, InterruptedException, TimeoutException {
    FeatureMetadata metadata = await(admin.describeFeatures().featureMetadata());
    Map<String, Short> levels = new TreeMap<>();
    metadata
        .finalizedFeatures()
        .forEach((name, range) -> levels.put(name, range.maxVersionLevel()));
    return features(levels);
  }

  /** What the configuration needs of the cluster's features, of which brokers may say nothing. */
  private List<Finding> features(Map<String, Short> levels) {
    if (levels.isEmpty()) {
      return List.of(Finding.unknown("features", "brokers do not say which they have", ""));
    }
    String all =
        levels.entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .collect(Collectors.joining(", "));
    List<Finding> findings = new ArrayList<>();
    boolean shared = settings.intake().shared();
    if (shared && level(levels, SHARE_FEATURE) < 1) {
      findings.add(
          Finding.problem(
              SHARE_FEATURE,
              "is off, and intake.mode is share-group",
              upgrade(SHARE_FEATURE, 1)
                  + " (Kafka 4.2 or newer), or set intake.mode to partitions"));
    }
    if (!shared
        && settings.intake().protocol().equals("consumer")
        && level(levels, GROUP_FEATURE) < 1) {
      findings.add(
          Finding.problem(
              GROUP_FEATURE,
              "is off, and intake.protocol is consumer",
              upgrade(GROUP_FEATURE, 1)
                  + " (Kafka 4.0 or newer), or set intake.protocol to classic"));
    }
    if (settings.delivery().transactional() && level(levels, TRANSACTION_FEATURE) < 2) {
      findings.add(
          Finding.warning(
              TRANSACTION_FEATURE,
              "is below 2: a transaction of a worker that is killed may hang",
              upgrade(TRANSACTION_FEATURE, 2) + " (Kafka 4.0 or newer)"));
    }
    findings.addFirst(Finding.ok("features", all));
    return findings;
  }

  private static short level(Map<String, Short> levels, String feature) {
    return levels.getOrDefault(feature, (short) 0);
  }

  private static String upgrade(String feature, int level) {
    return "run kafka-features.sh upgrade --feature %s=%d".formatted(feature, level);
  }

  /**
   * The difference to the clock of the active controller, which tells its time with the state of
   * its quorum: the one thing that can be asked for without writing.
   */
  private Finding clock() throws InterruptedException {
    try {
      OptionalLong there = controllersTime(); // for the connection's sake
      long before = clock.millis();
      there = there.isEmpty() ? there : controllersTime();
      long after = clock.millis();
      return there.isEmpty()
          ? clockUnknown("the controller does not tell its time")
          : clock(there.getAsLong() - (before + after) / 2, (after - before + 1) / 2);
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      return clockUnknown("the controller is not to be asked for its time");
    }
  }

  private static Finding clockUnknown(String reason) {
    return Finding.unknown(
        "clock",
        "not compared: " + reason,
        "grant this user Describe on the cluster, or compare by hand: date -u");
  }

  /**
   * @param aheadMillis how far the controller's clock is ahead of this machine's
   * @param uncertainMillis what the way there and back may hide
   */
  static Finding clock(long aheadMillis, long uncertainMillis) {
    long off = Math.max(0, Math.abs(aheadMillis) - uncertainMillis);
    String found =
        "%d ms %s the active controller's, give or take %d"
            .formatted(
                Math.abs(aheadMillis), aheadMillis > 0 ? "behind" : "ahead of", uncertainMillis);
    String remedy =
        "synchronize clocks (chrony, ntpd): deadlines of requests, and a script's time where it is"
            + " the system's, go by this machine's";
    if (off >= CLOCK_PROBLEM_MILLIS) {
      return Finding.problem("clock", found, remedy);
    }
    return off >= CLOCK_WARNING_MILLIS
        ? Finding.warning("clock", found, remedy)
        : Finding.ok("clock", found);
  }

  private OptionalLong controllersTime()
      throws ExecutionException, InterruptedException, TimeoutException {
    QuorumInfo quorum = await(admin.describeMetadataQuorum().quorumInfo());
    return quorum.voters().stream()
        .filter(voter -> voter.replicaId() == quorum.leaderId())
        .map(QuorumInfo.ReplicaState::lastCaughtUpTimestamp)
        .filter(OptionalLong::isPresent)
        .findFirst()
        .orElse(OptionalLong.empty());
  }
}
