package dev.paddock.schemas.serde;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.Samples;
import dev.paddock.schemas.SharedRegistry;
import dev.paddock.schemas.registry.SchemaNotFoundException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Anybody who may write to the topic may write anything, and may register any schema. */
class HostilePayloadTest {

  private static final long MOST_BYTES = 32 << 20;
  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final Schema NULL = Schema.create(Schema.Type.NULL);

  @SuppressWarnings("NullAway.Init")
  private static AvroDeserializer deserializer;

  @SuppressWarnings("NullAway.Init")
  private static AvroDeserializer generic;

  @SuppressWarnings("NullAway.Init")
  private static byte[] request;

  @BeforeAll
  static void configure() {
    deserializer = Serdes.deserializer(true);
    generic = Serdes.deserializer(false);
    try (AvroSerializer serializer = Serdes.serializer()) {
      request = Serdes.write(serializer, SharedRegistry.topic(), Samples.request());
    }
  }

  @AfterAll
  static void close() {
    deserializer.close();
    generic.close();
  }

  @Test
  void whateverIsCutOffIsBadForGood() {
    for (int length = 0; length < request.length; length++) {
      assertBad(deserializer, Arrays.copyOf(request, length));
    }
  }

  @Test
  void whateverFollowsIsBadForGood() {
    assertTrue(
        assertBad(deserializer, Arrays.copyOf(request, request.length + 1)).contains("left over"));
  }

  @Test
  void anotherMagicByteIsBadForGood() {
    byte[] other = request.clone();
    other[0] = 1;
    assertEquals(
        "The magic byte is 1; it must be 0, followed by a schema id and Avro binary",
        assertBad(deserializer, other));
  }

  @ParameterizedTest
  @ValueSource(ints = {1_000_000, Integer.MAX_VALUE, 0, -1, Integer.MIN_VALUE})
  void anIdThatNobodyGaveIsNotFound(int id) {
    SchemaNotFoundException e =
        assertThrows(
            SchemaNotFoundException.class,
            () -> deserializer.deserialize("t", Serdes.payload(id, (byte) 0)));
    assertTrue(String.valueOf(e.getMessage()).contains("schema id " + id), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(longs = {100, 1 << 28, Integer.MAX_VALUE, 1L << 40, -1, Long.MIN_VALUE})
  void aTextOrBytesOfAnyClaimedLengthCostNothing(long length) throws Exception {
    for (Schema.Type type : List.of(Schema.Type.STRING, Schema.Type.BYTES)) {
      Schema schema = Serdes.collection("Text" + type, Schema.create(type));
      assertBadAndCheap(generic, Serdes.payload(Serdes.register(schema), Serdes.number(length)));
    }
    byte[] start = Arrays.copyOf(request, 5);
    assertBadAndCheap(deserializer, Serdes.join(start, Serdes.number(length)));
  }

  @ParameterizedTest
  @ValueSource(longs = {100_000, 1 << 28, Integer.MAX_VALUE - 8, 1L << 40, -100_000})
  void aCollectionOfAnyClaimedSizeCostsNothing(long size) throws Exception {
    Schema empty = SchemaBuilder.record("Empty").fields().endRecord();
    byte[] count = Serdes.join(Serdes.number(size), size < 0 ? Serdes.number(0) : new byte[0]);
    for (Schema items : List.of(NULL, empty, Schema.createArray(NULL), Schema.createMap(NULL))) {
      for (Schema collection : List.of(Schema.createArray(items), Schema.createMap(items))) {
        Schema schema = Serdes.collection("Many", collection);
        assertBadAndCheap(generic, Serdes.payload(Serdes.register(schema), count));
      }
    }
  }

  @Test
  void manyBlocksOfNothingCostNothing() throws Exception {
    Schema schema = Serdes.collection("Blocks", Schema.createArray(Schema.createArray(NULL)));
    List<byte[]> parts = new ArrayList<>(List.of(Serdes.payload(Serdes.register(schema))));
    parts.add(Serdes.number(10_000));
    for (int i = 0; i < 10_000; i++) {
      parts.add(Serdes.number(500_000));
      parts.add(Serdes.number(0));
    }
    assertBadAndCheap(generic, Serdes.join(parts.toArray(byte[][]::new)));
  }

  @Test
  void whatIsPassedOverCostsNothingEither() throws Exception {
    for (Schema collection : List.of(Schema.createArray(NULL), Schema.createMap(NULL))) {
      Schema writer = ourRequestBeginningWith(collection);
      assertBadAndCheap(
          deserializer, Serdes.payload(Serdes.register(writer), Serdes.number(1L << 30)));
    }
  }

  @Test
  void aRecordInItselfAsDeepAsThePayloadAllowsIsBadForGood() throws Exception {
    Schema node =
        SchemaBuilder.record("Node")
            .fields()
            .name("next")
            .type()
            .optional()
            .type("Node")
            .endRecord();
    byte[] deep = new byte[1 << 20];
    Arrays.fill(deep, (byte) 2);
    deep[deep.length - 1] = 0;
    assertBad(generic, Serdes.payload(Serdes.register(node), deep));
    Schema writer = ourRequestBeginningWith(node);
    assertBad(deserializer, Serdes.payload(Serdes.register(writer), deep));
  }

  @Test
  void aFixedOfAnySizeCostsNothing() {
    Schema fixed = Schema.createFixed("Huge", null, null, 1 << 30);
    int id = Serdes.register(Serdes.collection("Fixed", fixed));
    assertBadAndCheap(generic, Serdes.payload(id, (byte) 1));
  }

  @Test
  void recordsThatDoubleAndTakeNoBytesAreBadForGood() {
    Schema record = SchemaBuilder.record("Doubling0").fields().endRecord();
    for (int i = 1; i <= 21; i++) {
      record =
          SchemaBuilder.record("Doubling" + i)
              .fields()
              .name("a")
              .type(record)
              .noDefault()
              .name("b")
              .type(record)
              .noDefault()
              .endRecord();
    }
    assertBadAndCheap(generic, Serdes.payload(Serdes.register(record)));
    int skipped = Serdes.register(ourRequestBeginningWith(record));
    assertTrue(assertBad(deserializer, Serdes.payload(skipped)).contains("too many to be read"));
  }

  @Test
  void aRecordMayHaveAFewPartsOfNoBytes() {
    Schema empty = SchemaBuilder.record("Nothing").fields().endRecord();
    Schema record = Serdes.collection("AlmostNothing", empty);
    Object read = generic.deserialize("t", Serdes.payload(Serdes.register(record)));
    assertTrue(read instanceof GenericRecord);
  }

  @Test
  void aSchemaOfManyLevelsIsBadForGood() {
    Schema record = SchemaBuilder.record("Level0").fields().endRecord();
    for (int i = 1; i <= 220; i++) {
      record = Serdes.collection("Level" + i, record);
    }
    int id = Serdes.register(record);
    assertTrue(assertBad(generic, Serdes.payload(id)).contains("too deeply"));
    int skipped = Serdes.register(ourRequestBeginningWith(record));
    assertTrue(assertBad(deserializer, Serdes.payload(skipped)).contains("too deeply"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "java.lang.Runtime",
        "java.lang.String",
        "dev.paddock.schemas.ScriptKind",
        "dev.paddock.schemas.Samples",
        "nobody.knows.Me"
      })
  void aRecordNamedAsAnotherClassIsBadForGood(String name) {
    int id = Serdes.register(SchemaBuilder.record(name).fields().endRecord());
    assertTrue(assertBad(deserializer, Serdes.payload(id)).contains(name));
  }

  @Test
  void randomBytesAreReadOrBadButNeverMore() {
    Random random = new Random(4711);
    int bad = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] mutated = request.clone();
      for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
        mutated[random.nextInt(5, mutated.length)] = (byte) random.nextInt();
      }
      try {
        assertTrue(deserializer.deserialize("t", mutated) instanceof ExecutionRequest);
      } catch (MalformedPayloadException e) {
        bad++;
      }
    }
    assertTrue(bad > 1000, () -> "changes must have mattered");
  }

  /** A schema that a reader of ours takes, with a field before the others that it skips. */
  private static Schema ourRequestBeginningWith(Schema skipped) {
    List<Schema.Field> fields = new ArrayList<>();
    fields.add(new Schema.Field("skipped", skipped));
    ExecutionRequest.getClassSchema()
        .getFields()
        .forEach(field -> fields.add(new Schema.Field(field, field.schema())));
    return Schema.createRecord("ExecutionRequest", null, "dev.paddock.schemas", false, fields);
  }

  private static String assertBad(AvroDeserializer reader, byte[] payload) {
    SerializationException e =
        assertThrows(MalformedPayloadException.class, () -> reader.deserialize("t", payload));
    return String.valueOf(e.getMessage());
  }

  private static void assertBadAndCheap(AvroDeserializer reader, byte[] payload) {
    assertBad(reader, payload); // loads classes and the schema
    long before = THREADS.getCurrentThreadAllocatedBytes();
    assertBad(reader, payload);
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertTrue(allocated < MOST_BYTES, () -> "it took " + allocated + " bytes");
  }
}
