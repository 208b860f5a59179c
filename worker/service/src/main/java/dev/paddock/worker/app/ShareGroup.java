package dev.paddock.worker.app;

import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.intake.ShareTerms;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigsOptions;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration of the share group, which is the broker's and not a client's. What Kafka makes
 * of a new group loses the requests that were sent before its first worker came, and reads those of
 * transactions that were aborted.
 */
public final class ShareGroup {

  private static final Logger LOG = LoggerFactory.getLogger(ShareGroup.class);

  private static final String OFFSET_RESET = "share.auto.offset.reset";
  private static final String ISOLATION = "share.isolation.level";
  private static final String LOCK = "share.record.lock.duration.ms";
  private static final String RENEWAL = "share.renew.acknowledge.enable";
  private static final String DELIVERIES = "share.delivery.count.limit";

  private final Configuration configuration;
  private final Admin admin;
  private final ConfigResource group;
  private final boolean changing;

  ShareGroup(Configuration configuration, Admin admin) {
    this(configuration, admin, true);
  }

  private ShareGroup(Configuration configuration, Admin admin, boolean changing) {
    this.configuration = configuration;
    this.admin = admin;
    this.changing = changing;
    this.group = new ConfigResource(ConfigResource.Type.GROUP, configuration.intake().group());
  }

  /**
   * Prepares the group where that is still to be done.
   *
   * @throws StartException where it is not fit for use and may not be changed
   */
  static ShareTerms require(Configuration configuration) throws InterruptedException {
    try (Admin admin = Topics.admin(configuration)) {
      return new ShareGroup(configuration, admin).prepare();
    } catch (KafkaException e) {
      throw Topics.refusal(
          configuration, "The share group cannot be looked up", e, AclOperation.READ);
    }
  }

  /**
   * Looks whether it could be prepared, and changes nothing.
   *
   * @throws StartException where it is not fit for use and may not be changed
   */
  public static void rehearse(Configuration configuration, Admin admin)
      throws InterruptedException {
    var _ = new ShareGroup(configuration, admin, false).prepare();
  }

  /** The same by another's client. */
  ShareTerms prepare() throws InterruptedException {
    Config found = look();
    String renewal = value(found, RENEWAL);
    if (!renewal.equals("true")) {
      throw new StartException(
          "Share group %s has %s %s; it must be true, since scripts may run longer than a record is locked. Set it with Kafka's kafka-configs"
              .formatted(group.name(), RENEWAL, renewal));
    }
    Map<String, String> wanted = wanted(found);
    if (!wanted.isEmpty()) {
      change(wanted);
      if (changing) {
        LOG.info("Share group {} has been given {}", group.name(), wanted);
      }
    }
    String lock = wanted.getOrDefault(LOCK, value(found, LOCK));
    return new ShareTerms(
        Integer.parseInt(value(found, DELIVERIES)), Duration.ofMillis(Long.parseLong(lock)));
  }

  private Config look() throws InterruptedException {
    try {
      return Topics.await(admin.describeConfigs(List.of(group)).all()).values().iterator().next();
    } catch (ExecutionException | TimeoutException e) {
      if (e.getCause() instanceof AuthorizationException) {
        throw new StartException(
            "This user may not see the configuration of share group %s, which decides what is lost; grant it DescribeConfigs on group %s"
                .formatted(group.name(), group.name()),
            e.getCause());
      }
      throw Topics.refusal(
          configuration, "The share group cannot be looked up", e, AclOperation.READ);
    }
  }

  /** What has to be changed. What somebody has set for this group is left alone. */
  private Map<String, String> wanted(Config found) {
    Map<String, String> wanted = new LinkedHashMap<>();
    Map.of(OFFSET_RESET, "earliest", ISOLATION, "read_committed")
        .forEach(
            (name, value) -> {
              if (value(found, name).equals(value)) {
                return;
              }
              if (found.get(name).source() == ConfigEntry.ConfigSource.DYNAMIC_GROUP_CONFIG) {
                LOG.warn(
                    "Share group {} was given {} {}, which stays",
                    group.name(),
                    name,
                    value(found, name));
              } else {
                wanted.put(name, value);
              }
            });
    Duration lock = configuration.intake().shareLock();
    if (lock != null && !value(found, LOCK).equals(Long.toString(lock.toMillis()))) {
      wanted.put(LOCK, Long.toString(lock.toMillis()));
    }
    return wanted;
  }

  private void change(Map<String, String> wanted) throws InterruptedException {
    Collection<AlterConfigOp> changes =
        wanted.entrySet().stream()
            .map(entry -> new ConfigEntry(entry.getKey(), entry.getValue()))
            .map(entry -> new AlterConfigOp(entry, AlterConfigOp.OpType.SET))
            .toList();
    try {
      Topics.await(
          admin
              .incrementalAlterConfigs(
                  Map.of(group, changes), new AlterConfigsOptions().validateOnly(!changing))
              .all());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException) {
        throw new StartException(
            "Share group %s is not fit for use, and this user may not change it. Grant it AlterConfigs on group %s, or let somebody who may run `paddock topics create`, or `kafka-configs --alter --entity-type groups --entity-name %s --add-config %s`"
                .formatted(group.name(), group.name(), group.name(), shown(wanted)),
            e.getCause());
      }
      throw Topics.refusal(
          configuration,
          "Share group %s cannot be given %s".formatted(group.name(), shown(wanted)),
          e,
          AclOperation.ALTER_CONFIGS);
    } catch (TimeoutException e) {
      throw Topics.refusal(
          configuration, "The share group cannot be changed", e, AclOperation.ALTER_CONFIGS);
    }
  }

  private static String shown(Map<String, String> configs) {
    return configs.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .sorted()
        .collect(Collectors.joining(","));
  }

  private String value(Config found, String name) {
    ConfigEntry entry = found.get(name);
    if (entry == null) {
      throw new StartException(
          "Kafka at %s knows no %s for groups; intake.mode share-group needs Kafka 4.2 or newer. Set intake.mode to partitions"
              .formatted(configuration.kafka().admin().get("bootstrap.servers"), name));
    }
    return entry.value();
  }
}
