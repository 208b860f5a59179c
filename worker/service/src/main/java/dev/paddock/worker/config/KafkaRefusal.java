package dev.paddock.worker.config;

import java.util.Locale;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnreleasedInstanceIdException;
import org.jspecify.annotations.Nullable;

/** Says why Kafka would not do something, and what to do about it. */
public final class KafkaRefusal {

  private KafkaRefusal() {}

  /**
   * The messages of an exception and its causes, and a remedy where one is known.
   *
   * @param wanted what was to be done to a topic
   */
  public static String describe(Throwable failure, AclOperation wanted) {
    String reasons = RegistryTrouble.reasons(failure);
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String remedy = remedy(cause, wanted);
      if (remedy != null) {
        return reasons.replaceAll("\\.$", "") + "; " + remedy;
      }
    }
    return reasons;
  }

  /** A right as Kafka's own tools call it, such as {@code Read on topic a}. */
  public static String right(AclOperation operation, String topic) {
    String name = operation.name();
    return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT) + " on topic " + topic;
  }

  private static @Nullable String remedy(Throwable failure, AclOperation wanted) {
    return switch (failure) {
      case TopicAuthorizationException e ->
          "grant this user " + right(wanted, named(e.unauthorizedTopics()));
      case GroupAuthorizationException e ->
          "grant this user Read on group %s, or set intake.group to a group that it may use"
              .formatted(e.groupId());
      case TransactionalIdAuthorizationException _ ->
          "grant this user Write on transactional ids that begin with paddock-, or set"
              + " delivery.guarantee to at-least-once";
      case FencedInstanceIdException _, UnreleasedInstanceIdException _ ->
          "another worker has the same intake.instance.id; give each worker its own";
      // What Kafka says to a producer that may write to no topic at all.
      case ClusterAuthorizationException _ ->
          "grant this user Write on the topics that it writes to";
      case SaslAuthenticationException _ ->
          "check kafka.sasl.mechanism, and user and password in kafka.sasl.jaas.config";
      case SslAuthenticationException _ ->
          "check kafka.ssl.truststore.location, which must vouch for the brokers' certificate, and"
              + " kafka.ssl.keystore.location where brokers want one of ours";
      case TimeoutException _ ->
          "check kafka.bootstrap.servers, and that kafka.security.protocol is what is spoken there";
      default -> null;
    };
  }

  /** Kafka does not name the topic to who asked for one only. */
  private static String named(Set<String> topics) {
    return topics.isEmpty() ? "that was asked for" : String.join(", ", topics);
  }
}
