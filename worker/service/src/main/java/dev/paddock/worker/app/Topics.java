package dev.paddock.worker.app;

import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.TopicsConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;

/** Makes the three topics, and checks that they are there. */
public final class Topics {

  /** How long Kafka may take to answer. */
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private Topics() {}

  /**
   * Makes the topics that are missing, with the configured partitions and replication.
   *
   * @return the names of those that were made
   * @throws StartException where Kafka does not answer or refuses
   */
  public static List<String> create(Configuration configuration) throws InterruptedException {
    TopicsConfig topics = configuration.topics();
    try (Admin admin = admin(configuration)) {
      List<NewTopic> wanted =
          topics.names().stream()
              .map(name -> new NewTopic(name, topics.partitions(), topics.replication()))
              .toList();
      List<String> made = new ArrayList<>();
      for (Map.Entry<String, KafkaFuture<Void>> answer :
          admin.createTopics(wanted).values().entrySet()) {
        try {
          await(answer.getValue());
          made.add(answer.getKey());
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof TopicExistsException)) {
            throw refusal(configuration, "The topic " + answer.getKey() + " cannot be made", e);
          }
        }
      }
      return made;
    } catch (TimeoutException | KafkaException e) {
      throw refusal(configuration, "The topics cannot be made", e);
    }
  }

  /**
   * Checks that all topics exist.
   *
   * @throws StartException naming those that are missing, or saying that Kafka does not answer
   */
  public static void require(Configuration configuration) throws InterruptedException {
    Set<String> present;
    try (Admin admin = admin(configuration)) {
      present = await(admin.listTopics().names());
    } catch (TimeoutException | ExecutionException | KafkaException e) {
      throw refusal(configuration, "The topics cannot be looked up", e);
    }
    List<String> missing =
        configuration.topics().names().stream().filter(name -> !present.contains(name)).toList();
    if (!missing.isEmpty()) {
      throw new StartException(
          "Kafka at %s has no topic %s, or does not show it to this user; make what is missing with"
                  .formatted(servers(configuration), String.join(", ", missing))
              + " `paddock topics create`, or set topics.requests, topics.results and"
              + " topics.violations to the names in use");
    }
  }

  private static Admin admin(Configuration configuration) {
    int millis = Math.toIntExact(TIMEOUT.toMillis());
    Map<String, Object> properties = new HashMap<>();
    properties.put(AdminClientConfig.CLIENT_ID_CONFIG, configuration.workerId());
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis / 2);
    properties.putAll(configuration.kafka().admin());
    return Admin.create(properties);
  }

  private static <T> T await(KafkaFuture<T> future)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.get(TIMEOUT.toMillis() * 2, TimeUnit.MILLISECONDS);
  }

  private static StartException refusal(
      Configuration configuration, String what, Exception failure) {
    Throwable reason =
        failure instanceof ExecutionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return new StartException(
        "%s: Kafka at %s says: %s".formatted(what, servers(configuration), reason), reason);
  }

  private static Object servers(Configuration configuration) {
    return configuration.kafka().admin().getOrDefault("bootstrap.servers", "");
  }
}
