package dev.paddock.worker.cli.doctor;

import dev.paddock.worker.app.ShareGroup;
import dev.paddock.worker.app.StartException;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.KafkaConfig;
import dev.paddock.worker.publish.ProducerFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownMemberIdException;

/**
 * What a worker does beside reading and writing topics, and whether this user may. Kafka tells
 * rights on groups only of those that there are, and on transactional ids not at all; so it is
 * tried, in ways that change nothing of anybody's.
 */
final class Rights {

  private static final String GROUP = "group ";
  private static final String TRANSACTIONS = "transactions";

  private final Configuration settings;
  private final Brokers brokers;
  private final String group;

  Rights(Configuration settings, Brokers brokers) {
    this.settings = settings;
    this.brokers = brokers;
    this.group = settings.intake().group();
  }

  List<Finding> findings() throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    findings.add(reading());
    if (settings.intake().shared()) {
      findings.add(preparing());
    }
    if (settings.delivery().transactional()) {
      findings.add(transactions());
    }
    return findings;
  }

  /**
   * By taking a member out of the group that it does not have, for which Kafka wants the same right
   * as for reading, whether there is such a group or not.
   */
  private Finding reading() throws InterruptedException {
    MemberToRemove nobody = new MemberToRemove("paddock-doctor-" + UUID.randomUUID());
    try {
      brokers.await(
          brokers
              .admin()
              .removeMembersFromConsumerGroup(
                  group, new RemoveMembersFromConsumerGroupOptions(List.of(nobody)))
              .all());
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case UnknownMemberIdException _, GroupIdNotFoundException _ -> {}
        case AuthorizationException _ -> {
          return Finding.problem(
              GROUP + group,
              "this user may not read in it",
              "grant this user Read on group %s, or set intake.group to a group that it may use"
                  .formatted(group));
        }
        case null, default -> {
          return unknown(GROUP + group, e);
        }
      }
    } catch (TimeoutException | KafkaException e) {
      return unknown(GROUP + group, e);
    }
    return Finding.ok(GROUP + group, "this user may read in it");
  }

  /** As a worker does at its start, without changing anything. */
  private Finding preparing() throws InterruptedException {
    try {
      ShareGroup.rehearse(settings, brokers.admin());
      return Finding.ok(GROUP + group, "is fit for use, or this user may make it so");
    } catch (StartException e) {
      return Finding.problem(GROUP + group, String.valueOf(e.getMessage()), "");
    } catch (KafkaException e) {
      return unknown(GROUP + group, e);
    }
  }

  /**
   * By what a worker does at its start, with an id of its own that is like the worker's. Kafka
   * keeps a record of it, until transactional.id.expiration.ms has passed.
   */
  private Finding transactions() {
    try (KafkaProducer<byte[], byte[]> producer =
        ProducerFactory.create(inTime(), ProducerFactory.transactionalId(settings))) {
      producer.initTransactions();
      return Finding.ok(TRANSACTIONS, "this user may use them; a transactional id was tried");
    } catch (AuthorizationException e) {
      return Finding.problem(
          TRANSACTIONS,
          "this user may not use them, and delivery.guarantee is exactly-once",
          "grant this user Write on transactional ids that begin with paddock-, or set"
              + " delivery.guarantee to at-least-once");
    } catch (org.apache.kafka.common.errors.TimeoutException e) {
      return Finding.problem(
          TRANSACTIONS,
          "Kafka's transaction coordinator does not answer",
          "try again; it needs as many brokers as their transaction.state.log.replication.factor"
              + " says, which is 3 where it is not set");
    } catch (KafkaException e) {
      return unknown(TRANSACTIONS, e);
    }
  }

  /** The same configuration, for a producer that does not wait any longer than is left. */
  private Configuration inTime() {
    KafkaConfig kafka = settings.kafka();
    Map<String, Object> producer = new HashMap<>(kafka.producer());
    producer.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, brokers.left().toMillis());
    return settings.withKafka(new KafkaConfig(kafka.consumer(), producer, kafka.admin()));
  }

  private static Finding unknown(String subject, Exception failure) {
    return Finding.unknown(subject, "not looked at: " + Brokers.why(failure), "");
  }
}
