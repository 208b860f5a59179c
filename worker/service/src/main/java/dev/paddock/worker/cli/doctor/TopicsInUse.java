package dev.paddock.worker.cli.doctor;

import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.KafkaRefusal;
import dev.paddock.worker.config.PipelineConfig;
import dev.paddock.worker.config.PipelineConfig.PipelineScript;
import dev.paddock.worker.config.TopicsConfig;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Every topic that a worker reads or writes, and the catalog's. */
final class TopicsInUse {

  /** What a worker does with a topic. */
  private static final class Work {
    private final Set<Topic.Use> uses = EnumSet.noneOf(Topic.Use.class);
    private long mostBytes;
  }

  private final Configuration settings;
  private final Brokers brokers;
  private final Map<String, Work> works = new LinkedHashMap<>();

  TopicsInUse(Configuration settings, Brokers brokers) {
    this.settings = settings;
    this.brokers = brokers;
    TopicsConfig topics = settings.topics();
    if (settings.intake().requests()) {
      use(topics.requests(), Topic.Use.READ, 0);
      use(topics.results(), Topic.Use.WRITTEN, settings.limits().mostResultBytes());
    }
    use(topics.violations(), Topic.Use.WRITTEN, 0);
    for (PipelineConfig pipeline : settings.pipelines()) {
      use(pipeline.from(), Topic.Use.READ, 0);
      use(pipeline.to(), Topic.Use.WRITTEN, settings.limits().ceilings().outputBytes());
    }
  }

  private void use(String topic, Topic.Use use, long mostBytes) {
    Work work = works.computeIfAbsent(topic, _ -> new Work());
    work.uses.add(use);
    work.mostBytes = Math.max(work.mostBytes, mostBytes);
  }

  List<Finding> findings() throws InterruptedException, TimeoutException, ExecutionException {
    String catalog = settings.topics().scripts();
    List<String> names = new ArrayList<>(works.keySet());
    names.add(catalog);
    Map<String, KafkaFuture<TopicDescription>> descriptions =
        brokers
            .admin()
            .describeTopics(names, new DescribeTopicsOptions().includeAuthorizedOperations(true))
            .topicNameValues();
    Map<ConfigResource, KafkaFuture<Config>> configs =
        brokers
            .admin()
            .describeConfigs(
                names.stream()
                    .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                    .toList())
            .values();
    Map<String, Map<String, String>> seen = new HashMap<>();
    for (Map.Entry<ConfigResource, KafkaFuture<Config>> config : configs.entrySet()) {
      seen.put(config.getKey().name(), values(config.getValue()));
    }
    List<Finding> findings = new ArrayList<>();
    for (String name : names) {
      KafkaFuture<TopicDescription> description = descriptions.get(name);
      if (description != null) {
        findings.addAll(look(name, description, seen.getOrDefault(name, Map.of())));
      }
    }
    return findings;
  }

  /** Empty where they may not be seen, or there is no such topic. */
  private Map<String, String> values(KafkaFuture<Config> answer)
      throws InterruptedException, TimeoutException, ExecutionException {
    try {
      Map<String, String> values = new HashMap<>();
      brokers.await(answer).entries().forEach(entry -> values.put(entry.name(), entry.value()));
      return values;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException
          || e.getCause() instanceof UnknownTopicOrPartitionException) {
        return Map.of();
      }
      throw e;
    }
  }

  private List<Finding> look(
      String name, KafkaFuture<TopicDescription> answer, Map<String, String> config)
      throws InterruptedException, TimeoutException, ExecutionException {
    @Nullable Work work = works.get(name); // none of the catalog's, which is optional
    TopicDescription description;
    try {
      description = brokers.await(answer);
    } catch (ExecutionException e) {
      return switch (e.getCause()) {
        case UnknownTopicOrPartitionException _ -> List.of(missing(name, work != null));
        case AuthorizationException _ -> List.of(hidden(name, work));
        case null, default -> throw e;
      };
    }
    Topic topic = Topic.of(description, config);
    List<Finding> findings =
        new ArrayList<>(
            work == null ? topic.asCatalog() : topic.asOneInUse(work.uses, work.mostBytes));
    Set<AclOperation> allowed = description.authorizedOperations();
    if (allowed != null) {
      rights(work).stream()
          .filter(right -> !allowed.contains(right))
          .forEach(
              right ->
                  findings.add(
                      Finding.problem(
                          name,
                          "this user may not do what a worker does with it",
                          "grant this user " + KafkaRefusal.right(right, name))));
    }
    return findings;
  }

  private Finding missing(String name, boolean needed) {
    boolean named =
        settings.pipelines().stream()
            .anyMatch(pipeline -> pipeline.script() instanceof PipelineScript.FromCatalog);
    return needed || named
        ? Finding.problem(
            name,
            "is not there",
            "make it by `paddock topics create`, or set the key that names it to the name in use")
        : Finding.ok(
            name,
            "is not there, so that requests cannot name scripts; `paddock topics create` makes it");
  }

  private static Finding hidden(String name, @Nullable Work work) {
    String grant = "grant this user " + KafkaRefusal.right(rights(work).iterator().next(), name);
    return work == null
        ? Finding.warning(name, "this user may not read it, so that scripts have no names", grant)
        : Finding.problem(name, "is not there, or this user may not see it", grant);
  }

  private static Set<AclOperation> rights(@Nullable Work work) {
    Set<AclOperation> rights = EnumSet.noneOf(AclOperation.class);
    if (work == null || work.uses.contains(Topic.Use.READ)) {
      rights.add(AclOperation.READ);
    }
    if (work != null && work.uses.contains(Topic.Use.WRITTEN)) {
      rights.add(AclOperation.WRITE);
    }
    return rights;
  }
}
