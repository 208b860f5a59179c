package dev.paddock.schemas.serde;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.local.testing.OnAnyServices;
import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.Limits;
import dev.paddock.schemas.Samples;
import dev.paddock.schemas.ScriptReference;
import dev.paddock.schemas.SourcePosition;
import dev.paddock.schemas.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/** Records of other versions of the contracts than this one. */
@OnAnyServices
class EvolutionTest {

  private static final Schema OURS = ExecutionRequest.getClassSchema();

  @Test
  void whatAnOlderWriterDidNotKnowHasItsDefault() throws Exception {
    Schema old =
        copy(
            OURS, Set.of("labels", "seed", "deadline", "limits", "clock", "randomness"), List.of());
    GenericRecord written = filled(old);
    ExecutionRequest read = read(old, written);
    assertEquals("rule", ((ScriptReference) read.getScript()).getId());
    assertEquals("t", read.getTenant());
    assertEquals(Map.of(), read.getLabels());
    assertNull(read.getSeed());
    assertNull(read.getDeadline());
    assertNull(read.getLimits());
    assertNull(read.getClock());
    assertNull(read.getRandomness());
  }

  @Test
  void writersAndReadersOfAnOlderVersionGoOn() throws Exception {
    Schema limits = copy(Limits.getClassSchema(), Set.of("inputBytes", "sourceBytes"), List.of());
    Schema old = withLimits(limits);
    GenericRecord asked = new GenericData.Record(limits);
    limits.getFields().forEach(field -> asked.put(field.name(), null));
    asked.put("cpuMillis", 5L);
    GenericRecord written = filled(old);
    written.put("limits", asked);
    assertEquals(Limits.newBuilder().setCpuMillis(5L).build(), read(old, written).getLimits());

    Schema older = copy(old, Set.of("clock", "randomness"), List.of());
    for (List<Schema> pair : List.of(List.of(OURS, older), List.of(older, OURS))) {
      assertEquals(
          SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE,
          SchemaCompatibility.checkReaderWriterCompatibility(pair.getFirst(), pair.getLast())
              .getType());
    }
  }

  @Test
  void resultsAndViolationsOfWorkersThatNamedNoVersionAreReadOn() throws Exception {
    Set<String> unknown = Set.of("paddockVersion");
    Schema oldResult = copy(ExecutionResult.getClassSchema(), unknown, List.of());
    Schema oldViolation = copy(Violation.getClassSchema(), unknown, List.of());
    assertEquals(
        ExecutionResult.newBuilder(Samples.result()).setPaddockVersion("").build(),
        reread(Samples.result(), oldResult));
    assertEquals(
        Violation.newBuilder(Samples.violation()).setPaddockVersion("").build(),
        reread(Samples.violation(), oldViolation));
  }

  /** What is read where a worker wrote the record by an older schema. */
  private static Object reread(SpecificRecord record, Schema old) throws Exception {
    try (AvroSerializer serializer = Serdes.serializer();
        AvroDeserializer deserializer = Serdes.deserializer(true)) {
      byte[] ours = Serdes.write(serializer, "evolution-" + record.getSchema().getName(), record);
      GenericRecord written =
          new GenericDatumReader<GenericRecord>(record.getSchema(), old)
              .read(null, DecoderFactory.get().binaryDecoder(ours, 5, ours.length - 5, null));
      byte[] payload = Serdes.payload(Serdes.register(old), Serdes.avro(old, written));
      return Objects.requireNonNull(deserializer.deserialize("t", payload));
    }
  }

  private static Schema withLimits(Schema limits) {
    Schema field = Schema.createUnion(Schema.create(Schema.Type.NULL), limits);
    Schema.Field limitsField =
        new Schema.Field("limits", field, null, Schema.Field.NULL_DEFAULT_VALUE);
    return copy(OURS, Set.of("limits"), List.of(limitsField));
  }

  @Test
  void whatANewerWriterKnowsBesidesIsPassedOver() throws Exception {
    Schema.Field note =
        SchemaBuilder.record("x").fields().requiredString("note").endRecord().getField("note");
    Schema.Field more =
        SchemaBuilder.record("x")
            .fields()
            .name("more")
            .type()
            .map()
            .values()
            .array()
            .items()
            .longType()
            .noDefault()
            .endRecord()
            .getField("more");
    Schema newer = copy(OURS, Set.of(), List.of(note, more));
    GenericRecord written = filled(newer);
    written.put("note", "n");
    written.put("more", Map.of("a", List.of(1L, 2L), "b", List.of()));
    ExecutionRequest read = read(newer, written);
    assertEquals("rule", ((ScriptReference) read.getScript()).getId());
    assertEquals(Map.of("k", "v"), read.getLabels());
  }

  @Test
  void aReaderOfAnOlderVersionReadsWhatThisOneWrites() throws Exception {
    Schema old = copy(OURS, Set.of("labels", "seed", "clock"), List.of());
    DatumReader<GenericRecord> reader = new GenericDatumReader<>(OURS, old);
    try (AvroSerializer serializer = Serdes.serializer()) {
      byte[] payload = Serdes.write(serializer, "evolution", Samples.request());
      GenericRecord read =
          reader.read(
              null, DecoderFactory.get().binaryDecoder(payload, 5, payload.length - 5, null));
      assertEquals("e-1", read.get("executionId").toString());
    }
  }

  @Test
  void aVersionThatCannotBecomeOursIsBadForGood() throws Exception {
    Schema without = copy(OURS, Set.of("script"), List.of());
    int id = Serdes.register(without);
    byte[] payload = Serdes.payload(id, Serdes.avro(without, filled(without)));
    try (AvroDeserializer deserializer = Serdes.deserializer(true)) {
      MalformedPayloadException e =
          assertThrows(
              MalformedPayloadException.class, () -> deserializer.deserialize("t", payload));
      assertTrue(String.valueOf(e.getMessage()).contains("script"), e.getMessage());
    }
  }

  @Test
  void aSymbolThatThisVersionDoesNotKnowIsBadForGood() throws Exception {
    String text =
        Samples.violation()
            .getSchema()
            .toString()
            .replace("\"DEADLINE_EXCEEDED\"", "\"DEADLINE_EXCEEDED\",\"NEW_KIND\"");
    Schema newer = new Schema.Parser().parse(text);
    GenericRecord written = new GenericData.Record(newer);
    for (Schema.Field field : newer.getFields()) {
      written.put(field.name(), field.hasDefaultValue() ? defaultOf(field) : "x");
    }
    written.put("kind", new GenericData.EnumSymbol(newer.getField("kind").schema(), "NEW_KIND"));
    written.put("source", new SourcePosition("t", 0, 0L));
    written.put("occurredAt", 0L);
    int id = Serdes.register(newer);
    try (AvroDeserializer deserializer = Serdes.deserializer(true)) {
      byte[] payload = Serdes.payload(id, Serdes.avro(newer, written));
      assertThrows(MalformedPayloadException.class, () -> deserializer.deserialize("t", payload));
    }
  }

  private static ExecutionRequest read(Schema writer, GenericRecord written) throws Exception {
    int id = Serdes.register(writer);
    try (AvroDeserializer deserializer = Serdes.deserializer(true)) {
      Object read = deserializer.deserialize("t", Serdes.payload(id, Serdes.avro(writer, written)));
      return (ExecutionRequest) Objects.requireNonNull(read);
    }
  }

  /** A request with a reference, of whatever fields there are. */
  private static GenericRecord filled(Schema schema) {
    GenericRecord record = new GenericData.Record(schema);
    for (Schema.Field field : schema.getFields()) {
      if (field.hasDefaultValue()) {
        record.put(field.name(), defaultOf(field));
      }
    }
    put(record, "tenant", "t");
    put(record, "script", ScriptReference.newBuilder().setId("rule").build());
    put(record, "labels", Map.of("k", "v"));
    return record;
  }

  private static void put(GenericRecord record, String field, Object value) {
    if (record.hasField(field)) {
      record.put(field, value);
    }
  }

  private static Object defaultOf(Schema.Field field) {
    return GenericData.get().getDefaultValue(field);
  }

  private static Schema copy(Schema record, Set<String> without, List<Schema.Field> more) {
    List<Schema.Field> fields = new ArrayList<>();
    for (Schema.Field field : record.getFields()) {
      if (!without.contains(field.name())) {
        fields.add(new Schema.Field(field, field.schema()));
      }
    }
    more.forEach(field -> fields.add(new Schema.Field(field, field.schema())));
    return Schema.createRecord(record.getName(), null, record.getNamespace(), false, fields);
  }
}
