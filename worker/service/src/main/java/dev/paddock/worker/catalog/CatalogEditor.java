package dev.paddock.worker.catalog;

import dev.paddock.schemas.CatalogScript;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.publish.ProducerFactory;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Reads the catalog as it is and adds to it. Whoever adds holds the catalog's transactional id, so
 * that two at the same time cannot take the same version: the first of them fails. For one thread.
 */
public final class CatalogEditor {

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration ANSWER = Duration.ofSeconds(20);

  private final Configuration configuration;

  public CatalogEditor(Configuration configuration) {
    this.configuration = configuration;
  }

  /**
   * All that is in the topic now.
   *
   * @throws CatalogMissingException where there is no such topic
   * @throws TimeoutException where Kafka does not let it be read in time
   * @throws org.apache.kafka.common.KafkaException where Kafka refuses
   */
  public ScriptVersions read() throws TimeoutException {
    try (CatalogTail tail = new CatalogTail(configuration)) {
      if (!tail.open(ANSWER)) {
        throw new CatalogMissingException(configuration.topics().scripts());
      }
      long end = System.nanoTime() + ANSWER.toNanos();
      do {
        if (System.nanoTime() > end) {
          throw new TimeoutException("Kafka did not give the whole catalog in time");
        }
        tail.read(POLL);
      } while (!tail.isAtEnd(ANSWER));
      return tail.versions();
    }
  }

  /**
   * Writes one version, made of what is there.
   *
   * @param edit called once nobody else can add; what it throws ends the edit, and nothing is
   *     written
   * @return what was written
   * @throws CatalogBusyException where somebody else began to add meanwhile
   */
  public CatalogScript write(Function<ScriptVersions, CatalogScript> edit) throws TimeoutException {
    String topic = configuration.topics().scripts();
    try (KafkaProducer<byte[], byte[]> producer =
            ProducerFactory.create(configuration, "paddock-catalog-" + topic);
        Serializer<Object> serializer =
            configuration
                .serialization()
                .newSerializer(configuration.registry().serdeProperties())) {
      // From here on, what another began is over, and its next step fails.
      producer.initTransactions();
      CatalogScript script = edit.apply(read());
      producer.beginTransaction();
      var _ =
          producer.send(
              new ProducerRecord<>(
                  topic, ScriptKey.of(script).bytes(), serializer.serialize(topic, script)));
      producer.commitTransaction();
      return script;
    } catch (ProducerFencedException | InvalidProducerEpochException e) {
      throw new CatalogBusyException(e);
    }
  }
}
