package dev.paddock.worker.cli.doctor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.TopicConfig;

/**
 * A topic as Kafka describes it, and whether it is fit for what a worker does with it.
 *
 * @param replicas of the partition that has the fewest
 * @param inSync replicas in sync of the partition that has the fewest
 * @param leaders whether every partition has a leader
 * @param config by Kafka's names; empty where this user may not see it
 */
record Topic(
    String name,
    int partitions,
    int replicas,
    int inSync,
    boolean leaders,
    Map<String, String> config) {

  /** Who is away for a night should find what was sent. */
  private static final Duration SHORT_RETENTION = Duration.ofHours(12);

  /** What a worker does with it. */
  enum Use {
    READ,
    WRITTEN
  }

  static Topic of(TopicDescription description, Map<String, String> config) {
    List<TopicPartitionInfo> partitions = description.partitions();
    return new Topic(
        description.name(),
        partitions.size(),
        partitions.stream().mapToInt(one -> one.replicas().size()).min().orElse(0),
        partitions.stream().mapToInt(one -> one.isr().size()).min().orElse(0),
        partitions.stream().allMatch(one -> one.leader() != null && !one.leader().isEmpty()),
        config);
  }

  /**
   * Looks at a topic that requests or pipelines go through.
   *
   * @param mostBytes the largest record that a worker may write, or 0
   */
  List<Finding> asOneInUse(Set<Use> uses, long mostBytes) {
    List<Finding> findings = common();
    if (config.isEmpty()) {
      return findings;
    }
    String policy = value(TopicConfig.CLEANUP_POLICY_CONFIG);
    if (uses.contains(Use.READ)) {
      if (policy.contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
        findings.add(
            Finding.warning(
                name,
                "is compacted: of records with the same key, those that wait may vanish unread",
                set(TopicConfig.CLEANUP_POLICY_CONFIG, "delete")
                    + ", unless only the last counts"));
      }
      if (policy.contains(TopicConfig.CLEANUP_POLICY_DELETE)) {
        findings.addAll(retention());
      }
    } else if (policy.contains(TopicConfig.CLEANUP_POLICY_COMPACT) && mostBytes > 0) {
      findings.add(
          Finding.warning(
              name,
              "is compacted: Kafka takes no record without a key, and keeps the last of each key",
              set(TopicConfig.CLEANUP_POLICY_CONFIG, "delete")
                  + ", unless every record has a key of its own"));
    }
    long most = number(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
    if (mostBytes > most) {
      findings.add(
          Finding.warning(
              name,
              "takes records of %d bytes, and limits allow outputs and logs that make %d: what does not fit becomes a violation"
                  .formatted(most, mostBytes),
              set(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Long.toString(mostBytes))
                  + ", or lower limits.ceiling.output.bytes"));
    }
    return findings;
  }

  /** Looks at the catalog's topic. */
  List<Finding> asCatalog() {
    List<Finding> findings = common();
    if (partitions > 1) {
      findings.add(
          Finding.warning(
              name,
              "has %d partitions, so that workers may see changes in different orders"
                  .formatted(partitions),
              "make it anew with one, by `paddock topics create`"));
    }
    String policy = config.getOrDefault(TopicConfig.CLEANUP_POLICY_CONFIG, "compact");
    if (!policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT)) {
      findings.add(
          Finding.problem(
              name,
              "has cleanup.policy %s, by which Kafka deletes scripts after a time"
                  .formatted(policy),
              set(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT)));
    }
    return findings;
  }

  private List<Finding> common() {
    List<Finding> findings = new ArrayList<>();
    findings.add(Finding.ok(name, facts()));
    if (!leaders) {
      findings.add(
          Finding.problem(
              name,
              "has partitions without a leader, which can be neither read nor written",
              "start the brokers that have them (kafka-topics.sh --describe tells which)"));
    }
    if (replicas < 2) {
      findings.add(
          Finding.warning(
              name,
              "has one replica: what it holds is lost with its broker's disk",
              "make it anew with topics.replication 3, or reassign its partitions"));
    }
    if (config.isEmpty()) {
      findings.add(
          Finding.unknown(
              name,
              "this user may not see its settings",
              "grant this user DescribeConfigs on topic " + name));
      return findings;
    }
    long least = number(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG);
    if (least > replicas) {
      findings.add(
          Finding.problem(
              name,
              "wants %d replicas in sync and has %d, so that nothing can be written"
                  .formatted(least, replicas),
              set(
                      TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
                      Integer.toString(Math.max(1, replicas - 1)))
                  + ", or add replicas"));
    } else if (least > inSync) {
      findings.add(
          Finding.problem(
              name,
              "wants %d replicas in sync and has %d right now, so that nothing can be written"
                  .formatted(least, inSync),
              "look why brokers are away or behind"));
    } else if (least < 2 && replicas > 1) {
      findings.add(
          Finding.warning(
              name,
              "takes what only one replica has, and loses it with that one",
              set(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "2")));
    }
    return findings;
  }

  private List<Finding> retention() {
    List<Finding> findings = new ArrayList<>();
    long millis = number(TopicConfig.RETENTION_MS_CONFIG);
    if (millis >= 0 && millis < SHORT_RETENTION.toMillis()) {
      findings.add(
          Finding.warning(
              name,
              "keeps records for %s: what waits longer is lost unread".formatted(duration(millis)),
              set(TopicConfig.RETENTION_MS_CONFIG, "604800000")
                  + ", or to the longest outage that it shall survive"));
    }
    long bytes = number(TopicConfig.RETENTION_BYTES_CONFIG);
    if (bytes >= 0) {
      findings.add(
          Finding.warning(
              name,
              "keeps %d bytes of a partition: of a backlog beyond that, the oldest is lost unread"
                  .formatted(bytes),
              set(TopicConfig.RETENTION_BYTES_CONFIG, "-1") + ", or have an alarm on the backlog"));
    }
    return findings;
  }

  private String facts() {
    String counts =
        "%d %s, %d %s"
            .formatted(
                partitions,
                partitions == 1 ? "partition" : "partitions",
                replicas,
                replicas == 1 ? "replica" : "replicas");
    if (config.isEmpty()) {
      return counts;
    }
    String policy = value(TopicConfig.CLEANUP_POLICY_CONFIG);
    return counts
        + ", %s in sync wanted, %s, records up to %s bytes"
            .formatted(
                value(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG),
                policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT)
                    ? "compacted"
                    : "kept " + duration(number(TopicConfig.RETENTION_MS_CONFIG)),
                value(TopicConfig.MAX_MESSAGE_BYTES_CONFIG));
  }

  private String set(String config, String value) {
    return "set its %s to %s".formatted(config, value);
  }

  private String value(String config) {
    return this.config.getOrDefault(config, "");
  }

  /** -1 where there is no such number, which is what Kafka says for no limit. */
  private long number(String name) {
    String text = value(name);
    return text.isEmpty() ? -1 : Long.parseLong(text);
  }

  private static String duration(long millis) {
    if (millis < 0) {
      return "for ever";
    }
    Duration duration = Duration.ofMillis(millis);
    if (duration.toDays() > 1) {
      return duration.toDays() + " days";
    }
    if (duration.toHours() > 1) {
      return duration.toHours() + " hours";
    }
    return duration.toMinutes() > 1
        ? duration.toMinutes() + " minutes"
        : duration.toMillis() + " ms";
  }
}
