package dev.paddock.worker.app;

import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.KafkaRefusal;
import dev.paddock.worker.config.PipelineConfig;
import dev.paddock.worker.config.TopicsConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Makes the topics, and checks that they are there. */
public final class Topics {

  /** How long Kafka may take to answer. */
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private static final long LOOK_MILLIS = 20;

  private Topics() {}

  /**
   * Makes the topics that are missing, those of pipelines included, with the configured partitions
   * and replication, but the one of scripts with one partition, compacted; and prepares the share
   * group where workers are to be one.
   *
   * @return the names of those that were made
   * @throws StartException where Kafka does not answer or refuses, or a topic of scripts that is
   *     there would lose them
   */
  public static List<String> create(Configuration configuration) throws InterruptedException {
    TopicsConfig topics = configuration.topics();
    try (Admin admin = admin(configuration)) {
      List<NewTopic> wanted =
          new ArrayList<>(
              configuration.topicsInUse().stream()
                  .map(name -> new NewTopic(name, topics.partitions(), topics.replication()))
                  .toList());
      // One partition, so that all see its changes in one order.
      wanted.add(
          new NewTopic(topics.scripts(), 1, topics.replication())
              .configs(
                  Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT)));
      List<String> made = new ArrayList<>();
      for (Map.Entry<String, KafkaFuture<Void>> answer :
          admin.createTopics(wanted).values().entrySet()) {
        try {
          await(answer.getValue());
          made.add(answer.getKey());
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof TopicExistsException)) {
            throw refusal(
                configuration,
                "The topic " + answer.getKey() + " cannot be made",
                e,
                AclOperation.CREATE);
          }
        }
      }
      awaitServed(admin, made);
      if (!made.contains(topics.scripts())) {
        requireCompacted(configuration, admin);
      }
      if (configuration.intake().shared()) {
        var _ = new ShareGroup(configuration, admin).prepare();
      }
      return made;
    } catch (TimeoutException | KafkaException e) {
      throw refusal(configuration, "The topics cannot be made", e, AclOperation.CREATE);
    }
  }

  private static void requireCompacted(Configuration configuration, Admin admin)
      throws InterruptedException, TimeoutException {
    String topic = configuration.topics().scripts();
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    ConfigEntry policy;
    try {
      policy =
          await(admin.describeConfigs(List.of(resource)).all()).values().stream()
              .map(config -> config.get(TopicConfig.CLEANUP_POLICY_CONFIG))
              .findFirst()
              .orElseThrow();
    } catch (ExecutionException e) {
      return; // Who may make topics need not be allowed to look at them.
    }
    if (!TopicConfig.CLEANUP_POLICY_COMPACT.equals(policy.value())) {
      throw new StartException(
          "The topic %s is there, but its cleanup.policy is %s, by which Kafka would delete scripts after a time; set it to compact, or topics.scripts to another topic"
              .formatted(topic, policy.value()));
    }
  }

  /**
   * The controller says that a topic is made before every broker knows of it, and a broker names
   * itself as a partition's leader before it serves it. A producer whose first batch meets that gap
   * and whose second does not is out of sequence for good: it waits until its delivery times out.
   */
  private static void awaitServed(Admin admin, List<String> topics)
      throws InterruptedException, TimeoutException {
    long end = System.nanoTime() + TIMEOUT.toNanos();
    while (!areServed(admin, topics)) {
      if (System.nanoTime() > end) {
        throw new TimeoutException("They are made, but not all brokers serve them yet");
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  private static boolean areServed(Admin admin, List<String> topics)
      throws InterruptedException, TimeoutException {
    try {
      Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
      await(admin.describeTopics(topics).allTopicNames())
          .forEach(
              (topic, description) ->
                  description
                      .partitions()
                      .forEach(
                          partition ->
                              ends.put(
                                  new TopicPartition(topic, partition.partition()),
                                  OffsetSpec.latest())));
      await(admin.listOffsets(ends).all()); // only a leader that serves knows its end
      return true;
    } catch (ExecutionException e) {
      // Who may make topics need not be allowed to look at them.
      return !(e.getCause() instanceof UnknownTopicOrPartitionException);
    }
  }

  /**
   * Checks that the topics exist and that a worker may use them.
   *
   * @throws StartException naming what is missing or refused, or saying that Kafka does not answer
   */
  public static void requireForWorker(Configuration configuration) throws InterruptedException {
    TopicsConfig topics = configuration.topics();
    Map<String, Set<AclOperation>> rights = new HashMap<>();
    BiConsumer<String, AclOperation> need =
        (topic, right) -> rights.computeIfAbsent(topic, _ -> new TreeSet<>()).add(right);
    if (configuration.intake().requests()) {
      need.accept(topics.requests(), AclOperation.READ);
      need.accept(topics.results(), AclOperation.WRITE);
    }
    need.accept(topics.violations(), AclOperation.WRITE);
    for (PipelineConfig pipeline : configuration.pipelines()) {
      need.accept(pipeline.from(), AclOperation.READ);
      need.accept(pipeline.to(), AclOperation.WRITE);
    }
    require(configuration, rights);
  }

  /** The same for who sends requests and reads their results. */
  public static void requireForBatch(Configuration configuration) throws InterruptedException {
    requireWithResults(configuration, AclOperation.WRITE);
  }

  /** The same for who reads requests and their results. */
  public static void requireForReplay(Configuration configuration) throws InterruptedException {
    requireWithResults(configuration, AclOperation.READ);
  }

  private static void requireWithResults(Configuration configuration, AclOperation ofRequests)
      throws InterruptedException {
    TopicsConfig topics = configuration.topics();
    require(
        configuration,
        Map.of(topics.requests(), Set.of(ofRequests), topics.results(), Set.of(AclOperation.READ)));
  }

  private static void require(Configuration configuration, Map<String, Set<AclOperation>> rights)
      throws InterruptedException {
    Set<String> missing = new TreeSet<>();
    Set<String> refused = new TreeSet<>();
    try (Admin admin = admin(configuration)) {
      var answers =
          admin
              .describeTopics(
                  rights.keySet(), new DescribeTopicsOptions().includeAuthorizedOperations(true))
              .topicNameValues();
      for (Map.Entry<String, KafkaFuture<TopicDescription>> answer : answers.entrySet()) {
        String topic = answer.getKey();
        Set<AclOperation> wanted = Objects.requireNonNull(rights.get(topic));
        try {
          Set<AclOperation> allowed = await(answer.getValue()).authorizedOperations();
          if (allowed != null) {
            wanted.stream()
                .filter(right -> !allowed.contains(right))
                .forEach(right -> refused.add(KafkaRefusal.right(right, topic)));
          }
        } catch (ExecutionException e) {
          switch (e.getCause()) {
            case UnknownTopicOrPartitionException _ -> missing.add(topic);
            case TopicAuthorizationException _ ->
                wanted.forEach(right -> refused.add(KafkaRefusal.right(right, topic)));
            case null, default ->
                throw refusal(
                    configuration, "The topics cannot be looked up", e, wanted.iterator().next());
          }
        }
      }
    } catch (TimeoutException | KafkaException e) {
      throw refusal(configuration, "The topics cannot be looked up", e, AclOperation.DESCRIBE);
    }
    complain(configuration, missing, refused);
  }

  private static void complain(
      Configuration configuration, Set<String> missing, Set<String> refused) {
    List<String> complaints = new ArrayList<>();
    if (!missing.isEmpty()) {
      complaints.add(
          "has no topic "
              + String.join(", ", missing)
              + "; make what is missing with `paddock topics create`, or set topics.requests,"
              + " topics.results, topics.violations, or a pipeline's from and to, to the names in"
              + " use");
    }
    if (!refused.isEmpty()) {
      complaints.add(
          "does not give this user the rights that it needs; grant it "
              + String.join(", ", refused));
    }
    if (!complaints.isEmpty()) {
      throw new StartException(
          "Kafka at %s %s"
              .formatted(servers(configuration), String.join(". It also ", complaints)));
    }
  }

  static Admin admin(Configuration configuration) {
    int millis = Math.toIntExact(TIMEOUT.toMillis());
    Map<String, Object> properties = new HashMap<>();
    properties.put(AdminClientConfig.CLIENT_ID_CONFIG, configuration.workerId());
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis / 2);
    properties.putAll(configuration.kafka().admin());
    return Admin.create(properties);
  }

  static <T> T await(KafkaFuture<T> future)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.get(TIMEOUT.toMillis() * 2, TimeUnit.MILLISECONDS);
  }

  static StartException refusal(
      Configuration configuration, String what, Exception failure, AclOperation wanted) {
    Throwable reason =
        failure instanceof ExecutionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return new StartException(
        "%s: Kafka at %s says: %s"
            .formatted(what, servers(configuration), KafkaRefusal.describe(reason, wanted)),
        reason);
  }

  private static Object servers(Configuration configuration) {
    return configuration.kafka().admin().getOrDefault("bootstrap.servers", "");
  }
}
