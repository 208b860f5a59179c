package dev.paddock.worker.publish;

import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.publish.Bundle.Sheet;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TransactionAbortedException;

/**
 * Runs transactions, one after another, and knows for certain how each has ended: where the commit
 * itself fails, a new producer with the same transactional id makes Kafka end it, and the group's
 * offsets, which are a part of it, tell how. Owned by the publish thread.
 */
final class Transactor implements AutoCloseable {

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

  private final Configuration configuration;
  private final CommittedOffsets committedOffsets;
  private final String transactionalId;
  private KafkaProducer<byte[], byte[]> producer;

  Transactor(Configuration configuration) {
    this.configuration = configuration;
    this.committedOffsets = new CommittedOffsets(configuration);
    this.transactionalId =
        "paddock-%s-%s-%s"
            .formatted(configuration.intake().group(), configuration.workerId(), UUID.randomUUID());
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
    Queue<Refusal> refusals = new ConcurrentLinkedQueue<>();
    KafkaProducer<byte[], byte[]> own = producer;
    try {
      own.beginTransaction();
      for (Bundle bundle : bundles) {
        for (Sheet sheet : bundle.sheets()) {
          var _ =
              own.send(
                  sheet.record(),
                  (_, refused) -> {
                    if (refused != null) {
                      refusals.add(new Refusal(bundle, sheet, refused));
                    }
                  });
        }
      }
      own.sendOffsetsToTransaction(withMetadata(offsets), group);
      own.flush();
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException | IllegalStateException e) {
      return abort(refusals, e);
    }
    Refusal first = refusals.peek();
    return first == null ? commit(offsets) : abort(refusals, first.reason());
  }

  private Ending commit(Map<TopicPartition, Long> offsets) throws InterruptedException {
    try {
      producer.commitTransaction();
      return new Ending.Committed();
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException | IllegalStateException e) {
      replaceProducer();
      return committedOffsets.reach(offsets)
          ? new Ending.Committed()
          : new Ending.Failed(e.toString());
    }
  }

  /** Aborts, and finds the reason: records are refused before the transaction is. */
  private Ending abort(Queue<Refusal> refusals, Exception failure) throws InterruptedException {
    boolean aborted = abort();
    // When one is refused, Kafka tells all those behind it the same reason, or that of the abort.
    Refusal first =
        refusals.stream().filter(refusal -> !isEcho(refusal.reason())).findFirst().orElse(null);
    Exception reason = first == null ? failure : first.reason();
    if (first != null && Shears.isAtFault(first.sheet().letter(), reason)) {
      ensureProducer(aborted);
      return new Ending.Refused(first.bundle(), first.sheet(), reason);
    }
    return switch (TransactionTrouble.of(reason)) {
      case FATAL -> throw first == null ? new KafkaException(reason) : first.failure();
      case STALE_GROUP -> {
        ensureProducer(aborted);
        yield new Ending.Stale(reason.toString());
      }
      case PASSES -> {
        ensureProducer(aborted);
        yield new Ending.Failed(reason.toString());
      }
    };
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

  private void ensureProducer(boolean usable) throws InterruptedException {
    if (!usable) {
      replaceProducer();
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
