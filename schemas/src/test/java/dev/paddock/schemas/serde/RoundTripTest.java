package dev.paddock.schemas.serde;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.local.LocalRegistry;
import dev.paddock.local.testing.OnAnyServices;
import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.Samples;
import dev.paddock.schemas.SharedRegistry;
import dev.paddock.schemas.registry.RegistryClient;
import dev.paddock.schemas.registry.SchemaNotFoundException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@OnAnyServices
class RoundTripTest {

  private static Stream<SpecificRecord> contracts() {
    return Stream.of(
        Samples.request(), Samples.requestByReference(), Samples.result(), Samples.violation());
  }

  @ParameterizedTest
  @MethodSource("contracts")
  void everyContractComesBackAsItWasWritten(SpecificRecord record) {
    String topic = SharedRegistry.topic();
    try (AvroSerializer serializer = Serdes.serializer();
        AvroDeserializer deserializer = Serdes.deserializer(true)) {
      byte[] payload = serializer.serialize(topic, record);
      assertEquals(record, deserializer.deserialize(topic, payload));
      assertArrayEquals(payload, serializer.serialize(topic, record));
    }
    try (RegistryClient client = SharedRegistry.client(SharedRegistry.url())) {
      assertEquals(record.getSchema(), client.latest(topic + "-value").schema());
    }
  }

  @ParameterizedTest
  @MethodSource("contracts")
  void everyContractIsReadAndWrittenWithoutItsClassToo(SpecificRecord record) {
    String topic = SharedRegistry.topic();
    try (AvroSerializer serializer = Serdes.serializer();
        AvroDeserializer generic = Serdes.deserializer(false);
        AvroDeserializer specific = Serdes.deserializer(true)) {
      byte[] payload = serializer.serialize(topic, record);
      Object read = generic.deserialize(topic, payload);
      assertEquals(GenericData.Record.class, read == null ? null : read.getClass());
      // After the generated one of the same schema, with the same serializer, and the reverse.
      assertArrayEquals(payload, serializer.serialize(topic, read));
      try (AvroSerializer another = Serdes.serializer()) {
        assertArrayEquals(payload, another.serialize(topic, read));
        assertArrayEquals(payload, another.serialize(topic, record));
      }
      assertEquals(record, specific.deserialize(topic, payload));
    }
  }

  @Test
  void keysHaveASubjectOfTheirOwn() {
    String topic = SharedRegistry.topic();
    try (AvroSerializer keys = new AvroSerializer();
        RegistryClient client = SharedRegistry.client(SharedRegistry.url())) {
      keys.configure(SharedRegistry.properties(Map.of()), true);
      keys.serialize(topic, Samples.request());
      assertEquals(1, client.latest(topic + "-key").version());
      assertThrows(SchemaNotFoundException.class, () -> client.latest(topic + "-value"));
    }
  }

  @Test
  void nullStaysNull() {
    try (AvroSerializer serializer = Serdes.serializer();
        AvroDeserializer deserializer = Serdes.deserializer(true)) {
      assertNull(serializer.serialize("t", null));
      assertNull(deserializer.deserialize("t", null));
    }
  }

  @Test
  void whatIsNoRecordOfItsSchemaIsNotWritten() {
    String topic = SharedRegistry.topic();
    try (AvroSerializer serializer = Serdes.serializer()) {
      SerializationException text =
          assertThrows(SerializationException.class, () -> serializer.serialize(topic, "text"));
      assertEquals(
          "A java.lang.String for " + topic + "; it must be an Avro record", text.getMessage());
      GenericRecord empty = new GenericData.Record(ExecutionRequest.getClassSchema());
      SerializationException unfit =
          assertThrows(SerializationException.class, () -> serializer.serialize(topic, empty));
      assertTrue(
          String.valueOf(unfit.getMessage()).contains("dev.paddock.schemas.ExecutionRequest"),
          unfit.getMessage());
    }
  }

  @Test
  void whereSchemasAreNotRegisteredByWritersTheyMustBeThere() {
    String topic = SharedRegistry.topic();
    try (AvroSerializer serializer = new AvroSerializer();
        RegistryClient client = SharedRegistry.client(SharedRegistry.url())) {
      serializer.configure(
          SharedRegistry.properties(Map.of("auto.register.schemas", "false")), false);
      assertThrows(
          SchemaNotFoundException.class, () -> serializer.serialize(topic, Samples.request()));
      client.register(topic + "-value", ExecutionRequest.getClassSchema());
      assertTrue(Serdes.write(serializer, topic, Samples.request()).length > 5);
    }
  }

  @Test
  void manyThreadsMayShareThem() throws Exception {
    String topic = SharedRegistry.topic();
    try (AvroSerializer serializer = Serdes.serializer();
        AvroDeserializer deserializer = Serdes.deserializer(true);
        ExecutorService threads = Executors.newFixedThreadPool(8)) {
      Callable<Integer> work =
          () -> {
            int wrong = 0;
            for (int i = 0; i < 500; i++) {
              for (SpecificRecord record : contracts().toList()) {
                byte[] payload = serializer.serialize(topic + record.getSchema().getName(), record);
                wrong += record.equals(deserializer.deserialize(topic, payload)) ? 0 : 1;
              }
            }
            return wrong;
          };
      for (Future<Integer> wrong :
          threads.invokeAll(List.of(work, work, work, work, work, work, work, work))) {
        assertEquals(0, wrong.get());
      }
    }
  }

  @Test
  @Tag("long")
  void aRecordThatCannotBeReadBecauseTheRegistryIsAwayIsReadOnceItIsBack() {
    LocalRegistry registry = SharedRegistry.start("outage", 0);
    Map<String, Object> properties =
        SharedRegistry.properties(
            Map.of(
                "schema.registry.url",
                registry.url(),
                "schema.registry.timeout.ms",
                5000,
                "specific.avro.reader",
                true));
    try (AvroSerializer serializer = new AvroSerializer();
        AvroDeserializer deserializer = new AvroDeserializer()) {
      serializer.configure(properties, false);
      deserializer.configure(properties, false);
      byte[] payload;
      try (registry) {
        payload = serializer.serialize("t", Samples.request());
      }
      assertThrows(RetriableException.class, () -> deserializer.deserialize("t", payload));
      assertThrows(
          RetriableException.class, () -> serializer.serialize("another", Samples.request()));
      assertArrayEquals(
          payload, serializer.serialize("t", Samples.request()), "its schema's id is known");
      try (LocalRegistry again =
          SharedRegistry.start("outage", URI.create(registry.url()).getPort())) {
        assertEquals(registry.url(), again.url());
        await("the deserializer that was let down")
            .ignoreException(RetriableException.class)
            .untilAsserted(
                () -> assertEquals(Samples.request(), deserializer.deserialize("t", payload)));
      }
    }
  }

  @Test
  void recordsOfOtherSchemasAreReadToo() throws Exception {
    Schema text = Schema.create(Schema.Type.STRING);
    int id = Serdes.register(text);
    try (AvroDeserializer deserializer = Serdes.deserializer(true)) {
      byte[] payload = Serdes.payload(id, Serdes.avro(text, "hello"));
      assertEquals("hello", String.valueOf(deserializer.deserialize("t", payload)));
    }
  }
}
