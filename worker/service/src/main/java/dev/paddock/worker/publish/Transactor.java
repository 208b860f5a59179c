package dev.paddock.worker.publish;

import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.publish.Bundle.Sheet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TransactionAbortedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs transactions, one after another, and knows for certain how each has ended: where the commit
 * itself fails, a new producer with the same transactional id makes Kafka end it, and the group's
 * offsets, which are a part of it, tell how. What did not commit is then made sure to be aborted in
 * each partition ({@link #sweep}). Owned by the publish thread.
 */
final class Transactor implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Transactor.class);

  /** Key and value of records that nobody is to see. */
  private static final byte[] TRACE = {};

  private static final Duration BACK_OFF = Duration.ofMillis(500);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  /** How a transaction has ended. */
  sealed interface Ending {

    record Committed() implements Ending {}

    /** Aborted, since the group has gone on without this reader. */
    record Stale(String reason) implements Ending {}

    /** Aborted, since the broker does not take this record for what it is. */
    record Refused(Bundle bundle, Sheet sheet, Exception reason) implements Ending {}

    /** Aborted; it may well succeed another time. */
    record Failed(String reason) implements Ending {}
  }

  private record Refusal(Bundle bundle, Sheet sheet, Exception reason) {

    IllegalStateException failure() {
      return WriteFailure.of(bundle.position(), sheet.record().topic(), reason);
    }
  }

  /**
   * What is known of a transaction that is under way.
   *
   * @param written where its records may have gone; Kafka's thread adds to it
   * @param refusals likewise
   */
  private record Attempt(
      Map<TopicPartition, Long> offsets,
      ConsumerGroupMetadata group,
      Set<TopicPartition> written,
      Queue<Refusal> refusals) {

    Attempt(Map<TopicPartition, Long> offsets, ConsumerGroupMetadata group) {
      this(offsets, group, ConcurrentHashMap.newKeySet(), new ConcurrentLinkedQueue<>());
    }

    Callback callback(Bundle bundle, Sheet sheet) {
      return (metadata, refused) -> {
        // Of what was not acknowledged it is known only where it would have gone.
        if (metadata != null && metadata.partition() >= 0) {
          written.add(new TopicPartition(metadata.topic(), metadata.partition()));
        }
        if (refused != null) {
          refusals.add(new Refusal(bundle, sheet, refused));
        }
      };
    }
  }

  private final Configuration configuration;
  private final CommittedOffsets committedOffsets;
  private final String transactionalId;
  private KafkaProducer<byte[], byte[]> producer;

  Transactor(Configuration configuration) {
    this.configuration = configuration;
    this.committedOffsets = new CommittedOffsets(configuration);
    this.transactionalId = ProducerFactory.transactionalId(configuration);
    this.producer = ProducerFactory.create(configuration, transactionalId);
  }

  /**
   * Makes itself known to the coordinator.
   *
   * @throws KafkaException where Kafka refuses or does not answer
   */
  void start() {
    producer.initTransactions();
  }

  /**
   * Writes bundles and offsets in one transaction.
   *
   * @throws KafkaException where that can never succeed
   * @throws IllegalStateException where a record can never be written
   */
  Ending run(List<Bundle> bundles, Map<TopicPartition, Long> offsets, ConsumerGroupMetadata group)
      throws InterruptedException {
    Attempt attempt = new Attempt(offsets, group);
    KafkaProducer<byte[], byte[]> own = producer;
    try {
      own.beginTransaction();
      for (Bundle bundle : bundles) {
        for (Sheet sheet : bundle.sheets()) {
          var _ = own.send(sheet.record(), attempt.callback(bundle, sheet));
        }
      }
      own.sendOffsetsToTransaction(withMetadata(offsets), group);
      own.flush();
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException | IllegalStateException e) {
      return abort(attempt, e);
    }
    Refusal first = attempt.refusals().peek();
    return first == null ? commit(attempt) : abort(attempt, first.reason());
  }

  private Ending commit(Attempt attempt) throws InterruptedException {
    try {
      producer.commitTransaction();
      return new Ending.Committed();
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException | IllegalStateException e) {
      replaceProducer();
      if (committedOffsets.reach(attempt.offsets())) {
        return new Ending.Committed();
      }
      sweep(attempt);
      return new Ending.Failed(e.toString());
    }
  }

  /** Aborts, and finds the reason: records are refused before the transaction is. */
  private Ending abort(Attempt attempt, Exception failure) throws InterruptedException {
    boolean aborted = abort();
    // When one is refused, Kafka tells all those behind it the same reason, or that of the abort.
    Refusal first =
        attempt.refusals().stream()
            .filter(refusal -> !isEcho(refusal.reason()))
            .findFirst()
            .orElse(null);
    Exception reason = first == null ? failure : first.reason();
    boolean atFault = first != null && Shears.isAtFault(first.sheet().letter(), reason);
    TransactionTrouble trouble = TransactionTrouble.of(reason);
    if (trouble == TransactionTrouble.FATAL && !atFault) {
      throw first == null ? new KafkaException(reason) : first.failure();
    }
    if (!aborted) {
      replaceProducer();
    }
    if (!aborted || (trouble == TransactionTrouble.PASSES && !atFault)) {
      sweep(attempt);
    }
    if (first != null && atFault) {
      return new Ending.Refused(first.bundle(), first.sheet(), reason);
    }
    return trouble == TransactionTrouble.STALE_GROUP
        ? new Ending.Stale(reason.toString())
        : new Ending.Failed(reason.toString());
  }

  private static boolean isEcho(Exception reason) {
    return reason instanceof TransactionAbortedException
        || reason.getClass() == KafkaException.class;
  }

  private boolean abort() {
    try {
      producer.abortTransaction();
      return true;
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException | IllegalStateException e) {
      return false;
    }
  }

  /**
   * Makes sure that a transaction which did not commit is aborted in every partition, by aborting
   * another one there. A coordinator that finds a partition without a leader takes it for deleted,
   * and leaves it out when it ends a transaction (KAFKA-20734, seen with a broker that was killed
   * for longer than the transaction's timeout). What was written there would be committed with the
   * next transaction of the same producer, and until then hold back every reader.
   */
  private void sweep(Attempt attempt) throws InterruptedException {
    while (true) {
      Exception failure = touch(attempt);
      if (!abort()) {
        replaceProducer();
      } else if (failure == null) {
        return;
      } else if (TransactionTrouble.of(failure) != TransactionTrouble.PASSES) {
        // The next transaction will meet the same, and tell.
        LOG.warn("A transaction may not be aborted in all of {}", attempt.written(), failure);
        return;
      }
      Thread.sleep(BACK_OFF);
    }
  }

  /** Begins a transaction that takes part where the attempt may have; gives why it cannot. */
  private @Nullable Exception touch(Attempt attempt) throws InterruptedException {
    try {
      producer.beginTransaction();
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (TopicPartition partition : attempt.written()) {
        sent.add(
            producer.send(
                new ProducerRecord<>(partition.topic(), partition.partition(), TRACE, TRACE)));
      }
      producer.flush();
      for (Future<RecordMetadata> one : sent) {
        one.get();
      }
      producer.sendOffsetsToTransaction(withMetadata(attempt.offsets()), attempt.group());
      return null;
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException | IllegalStateException | ExecutionException e) {
      // Where the group has gone on, its partition takes part all the same.
      return TransactionTrouble.of(e) == TransactionTrouble.STALE_GROUP ? null : e;
    }
  }

  /** After this, no transaction is open. */
  private void replaceProducer() throws InterruptedException {
    while (true) {
      producer.close(Duration.ZERO);
      producer = ProducerFactory.create(configuration, transactionalId);
      try {
        producer.initTransactions();
        return;
      } catch (InterruptException e) {
        throw e;
      } catch (KafkaException e) {
        if (TransactionTrouble.of(e) == TransactionTrouble.FATAL) {
          throw e;
        }
        Thread.sleep(BACK_OFF);
      }
    }
  }

  @Override
  public void close() {
    producer.close(CLOSE_TIMEOUT);
  }

  private static Map<TopicPartition, OffsetAndMetadata> withMetadata(
      Map<TopicPartition, Long> offsets) {
    Map<TopicPartition, OffsetAndMetadata> result = new HashMap<>();
    offsets.forEach((partition, offset) -> result.put(partition, new OffsetAndMetadata(offset)));
    return result;
  }
}
