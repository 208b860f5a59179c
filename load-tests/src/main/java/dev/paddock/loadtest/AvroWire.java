package dev.paddock.loadtest;

import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.registry.RegistryUnavailableException;
import dev.paddock.worker.config.Configuration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/** Paddock's contracts: Avro, with the registry. */
final class AvroWire implements Wire {

  private static final int REGISTRY_TRIES = 5;

  private final String requests;
  private final Serializer<Object> serializer;
  private final Deserializer<Object> deserializer;

  /**
   * Prepares it.
   *
   * @throws RegistryUnavailableException where the registry does not answer
   */
  AvroWire(Configuration configuration) throws InterruptedException {
    Map<String, Object> serde = configuration.registry().serdeProperties();
    requests = configuration.topics().requests();
    serializer = configuration.serialization().newSerializer(serde);
    deserializer = configuration.serialization().newDeserializer(serde);
    awaitRegistry();
  }

  /** A registry's first answer may take longer than a client waits. */
  private void awaitRegistry() throws InterruptedException {
    for (int tries = 1; ; tries++) {
      try {
        request(Workload.request().build());
        return;
      } catch (RegistryUnavailableException e) {
        if (tries == REGISTRY_TRIES) {
          throw e;
        }
        TimeUnit.SECONDS.sleep(1);
      }
    }
  }

  @Override
  public byte[] request(ExecutionRequest request) {
    return serializer.serialize(requests, request);
  }

  @Override
  public ExecutionResult result(ConsumerRecord<byte[], byte[]> record) {
    return (ExecutionResult)
        deserializer.deserialize(record.topic(), record.headers(), record.value());
  }

  @Override
  public void close() {
    serializer.close();
    deserializer.close();
  }
}
