package dev.paddock.worker.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.local.LocalServices;
import dev.paddock.schemas.Violation;
import dev.paddock.schemas.ViolationKind;
import dev.paddock.schemas.registry.RegistryClient;
import dev.paddock.schemas.registry.RegistrySettings;
import dev.paddock.schemas.serde.AvroDeserializer;
import dev.paddock.schemas.serde.AvroSerializer;
import dev.paddock.worker.config.Configuration;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** One worker with several pipelines, and no requests; each test has topics of its own. */
@ExtendWith(SharedServices.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PipelineTest {

  private static final long TIMESTAMP = 1_700_000_000_000L;

  private static final Schema ORDER_1 =
      schema(
          """
          {"type":"record","name":"Order","namespace":"shop","fields":[
            {"name":"id","type":"long"},
            {"name":"state","type":{"type":"enum","name":"State","symbols":["NEW","PAID"]}},
            {"name":"total","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}},
            {"name":"placed","type":{"type":"long","logicalType":"timestamp-millis"}},
            {"name":"note","type":["null","string"]}]}
          """);

  private static final Schema ORDER_2 =
      schema(
          ORDER_1
              .toString()
              .replace(
                  "\"fields\":[",
                  "\"fields\":[{\"name\":\"country\",\"type\":\"string\",\"default\":\"NL\"},"));

  private static final Schema PRICED_1 =
      schema(
          """
          {"type":"record","name":"Priced","namespace":"shop","fields":[
            {"name":"id","type":"long"},
            {"name":"state","type":{"type":"enum","name":"State","symbols":["NEW","PAID"]}},
            {"name":"total","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}},
            {"name":"placed","type":{"type":"long","logicalType":"timestamp-millis"}},
            {"name":"tags","type":{"type":"map","values":"int"},"default":{}}]}
          """);

  private static final Schema PRICED_2 =
      schema(
          PRICED_1
              .toString()
              .replace(
                  "\"fields\":[",
                  "\"fields\":[{\"name\":\"country\",\"type\":[\"null\",\"string\"],\"default\":null},"));

  private final String name = "p" + UUID.randomUUID();
  private final Path folder;
  private final RegistryClient registry;
  private final AvroSerializer serializer = new AvroSerializer();
  private final AvroDeserializer deserializer = new AvroDeserializer();
  private final Scene scene;
  private final Map<String, RecordTail> tails = new HashMap<>();
  private Worker worker;

  PipelineTest(LocalServices services, @TempDir Path folder) throws Exception {
    this.folder = folder;
    Map<String, String> settings = new HashMap<>();
    settings.put("intake.requests", "false");
    settings.put("limits.default.input.bytes", "64KiB");
    settings.put("limits.default.cpu.ms", "300");
    settings.put("kafka.producer.max.request.size", "300000");
    settings.put("kafka.producer.compression.type", "none");
    settings.put("limits.default.output.bytes", "100KiB");
    settings.put("limits.ceiling.output.bytes", "100KiB");
    settings.put("limits.ceiling.log.bytes", "64KiB");
    add(
        settings,
        "json",
        "json.mjs",
        """
        export default (value, { key, headers, topic, partition, offset, timestamp, labels, now }) => {
          switch (value.do) {
            case 'drop': return undefined;
            case 'delete': return null;
            case 'throw': throw new RangeError('not this one');
            case 'loop': for (;;);
            case 'large': return 'x'.repeat(200000);
          }
          return { ...value, key, headers, topic, partition, offset, timestamp, labels, now };
        };
        """);
    add(
        settings,
        "text",
        "text.js",
        "input === 'seven' ? 7 : context.key + ':' + input.toUpperCase()");
    settings.put("pipelines.text.input.format", "string");
    settings.put("pipelines.text.output.format", "string");
    settings.put("pipelines.text.tenant", "texts");
    add(settings, "split", "split.js", "input");
    add(
        settings,
        "counted",
        "counted.mjs",
        """
        let evaluated = Date.now();
        let calls = 0;
        export default (value) => {
          if (value === 'loop') { for (;;); }
          if (value === 'clock') { return Number.isInteger(performance.now() + performance.now()); }
          return ++calls;
        };
        """);
    settings.put("pipelines.counted.reuse", "script");
    settings.put("pipelines.counted.clock", "system");
    settings.put("pipelines.counted.limits.input.bytes", "1000");
    settings.put("pipelines.counted.limits.cpu.ms", "200");
    settings.put("pipelines.split.output.several", "true");
    settings.put("pipelines.split.output.envelope", "true");
    add(
        settings,
        "avro",
        "avro.mjs",
        """
        export default ({ note, ...order }) => note === 'wrong'
          ? { ...order, tags: { a: 'b' } }
          : { ...order, placed: new Date(order.placed), total: order.total * 2, tags: { a: 1 } };
        """);
    settings.put("pipelines.avro.input.format", "avro");
    settings.put("pipelines.avro.output.format", "avro");
    settings.put("pipelines.avro.output.subject", name + ".subject");
    scene = new Scene(services.broker().bootstrapServers(), services.registry().url(), settings);
    Map<String, Object> properties = configuration().registry().serdeProperties();
    properties.put("specific.avro.reader", false);
    serializer.configure(properties, false);
    deserializer.configure(properties, false);
    registry = new RegistryClient(RegistrySettings.of(properties), Clock.systemUTC());
  }

  private void add(Map<String, String> settings, String pipeline, String file, String source)
      throws IOException {
    String prefix = "pipelines." + pipeline + ".";
    settings.put(prefix + "from", from(pipeline));
    settings.put(prefix + "to", to(pipeline));
    settings.put(
        prefix + "script.file", Files.writeString(folder.resolve(file), source).toString());
  }

  private static Schema schema(String text) {
    return new Schema.Parser().parse(text);
  }

  private Configuration configuration() {
    return scene.configuration("w1");
  }

  private String from(String pipeline) {
    return name + "." + pipeline + ".in";
  }

  private String to(String pipeline) {
    return name + "." + pipeline + ".out";
  }

  @BeforeAll
  void start() throws Exception {
    StartException refused = assertThrows(StartException.class, () -> scene.worker("w0"));
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.contains("subject " + name + ".subject"), message);

    registry.register(name + ".subject", PRICED_1);
    // Which takes no records without a key.
    KafkaConfigs.set(
        configuration(), ConfigResource.Type.TOPIC, to("split"), "cleanup.policy", "compact");
    KafkaConfigs.set(
        configuration(), ConfigResource.Type.TOPIC, to("text"), "max.message.bytes", "50000");
    // What one topic takes, the other need not.
    KafkaConfigs.set(
        configuration(),
        ConfigResource.Type.TOPIC,
        from("text"),
        "message.timestamp.after.max.ms",
        Long.toString(Long.MAX_VALUE));
    worker = scene.worker("w1");
  }

  @AfterAll
  void stop() {
    tails.values().forEach(RecordTail::close);
    scene.close();
    serializer.close();
    deserializer.close();
    registry.close();
  }

  private long send(String pipeline, @Nullable String key, byte @Nullable [] value)
      throws Exception {
    return send(pipeline, key, value, new RecordHeaders());
  }

  /** To partition 0; gives the offset. */
  private long send(
      String pipeline, @Nullable String key, byte @Nullable [] value, RecordHeaders headers)
      throws Exception {
    return scene
        .send(
            new ProducerRecord<>(
                from(pipeline),
                0,
                TIMESTAMP,
                key == null ? null : key.getBytes(UTF_8),
                value,
                headers))
        .get()
        .offset();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  private List<ConsumerRecord<byte[], byte[]>> written(String pipeline, int atLeast) {
    return scene.records(
        tails.computeIfAbsent(pipeline, _ -> new RecordTail(configuration(), to(pipeline))),
        atLeast);
  }

  private static @Nullable String text(byte @Nullable [] bytes) {
    return bytes == null ? null : new String(bytes, UTF_8);
  }

  /** The one violation of a record of partition 0. */
  private Violation violation(String pipeline, long offset) {
    String id = from(pipeline) + "-0-" + offset;
    List<TopicTail.Entry<Violation>> found =
        scene.violations(entry -> entry.value().getExecutionId().equals(id), 1);
    assertEquals(1, found.size());
    Violation violation = found.getFirst().value();
    assertEquals(from(pipeline), violation.getSource().getTopic());
    assertEquals(offset, violation.getSource().getOffset());
    return violation;
  }

  private void assertViolation(ViolationKind kind, String message, String pipeline, long offset) {
    Violation violation = violation(pipeline, offset);
    assertEquals(kind, violation.getKind(), violation.getMessage());
    assertTrue(violation.getMessage().contains(message), violation.getMessage());
  }

  @Test
  void recordsShareTheContextOfTheirScriptUntilAViolationWhereThatIsAskedFor() throws Exception {
    for (int i = 0; i < 3; i++) {
      send("counted", "k", utf8("1"));
    }
    long loops = send("counted", "k", utf8("\"loop\""));
    long tooLarge = send("counted", "k", utf8("\"" + "x".repeat(999) + "\""));
    send("counted", "k", utf8("1"));
    send("counted", "k", utf8("\"clock\""));
    assertEquals(
        List.of("1", "2", "3", "1", "true"),
        written("counted", 5).stream().map(one -> text(one.value())).toList());
    assertViolation(ViolationKind.CPU_TIME, "200 allowed", "counted", loops);
    assertViolation(ViolationKind.INPUT_SIZE, "1000 allowed", "counted", tooLarge);
  }

  @Test
  void jsonGoesThroughWithWhatItCameWithAndWhatFailsIsAViolationWithItsPosition() throws Exception {
    RecordHeaders headers = new RecordHeaders();
    headers.add("trace", utf8("t1")).add("trace", utf8("t2")).add("raw", new byte[] {-1, 0});
    long first = send("json", "k1", utf8("{\"n\": 1.0}"), headers);
    send("json", "k1", utf8("{\"do\":\"drop\"}"));
    long notJson = send("json", "k1", utf8("{\"n\":"));
    long notText = send("json", "k1", new byte[] {-1});
    long empty = send("json", "k1", new byte[0]);
    long tombstone = send("json", "k1", null);
    long thrown = send("json", "k1", utf8("{\"do\":\"throw\"}"));
    long loops = send("json", "k1", utf8("{\"do\":\"loop\"}"));
    long large = send("json", "k1", utf8("{\"do\":\"large\"}"));
    long tooLarge = send("json", "k1", utf8("\"" + "x".repeat(70_000) + "\""));
    send("json", "k2", utf8("{\"do\":\"delete\"}"));
    long last = send("json", null, utf8("{\"n\":12345678901234567890}"));

    List<ConsumerRecord<byte[], byte[]>> written = written("json", 3);
    assertEquals(3, written.size());
    ConsumerRecord<byte[], byte[]> kept = record(written, first);
    String place = "\"topic\":\"%s\",\"partition\":0,\"offset\":%d,\"timestamp\":%d";
    assertEquals(
        ("{\"n\":1,\"key\":\"k1\",\"headers\":{\"trace\":[\"t1\",\"t2\"],\"raw\":{\"base64\":\"/wA=\"}},"
                + place
                + ",\"labels\":{\"pipeline\":\"json\"},\"now\":%d}")
            .formatted(from("json"), first, TIMESTAMP, TIMESTAMP),
        text(kept.value()));
    assertEquals("k1", text(kept.key()));
    assertEquals(TIMESTAMP, kept.timestamp());
    assertArrayEquals(headers.toArray(), kept.headers().toArray());
    ConsumerRecord<byte[], byte[]> deleted =
        written.stream().filter(one -> one.value() == null).findFirst().orElseThrow();
    assertEquals("k2", text(deleted.key()));
    assertNull(record(written, last).key());

    assertViolation(ViolationKind.MALFORMED_REQUEST, "not JSON, column 6", "json", notJson);
    assertEquals(ByteBuffer.wrap(utf8("{\"n\":")), violation("json", notJson).getRawRequest());
    assertViolation(ViolationKind.MALFORMED_REQUEST, "not UTF-8", "json", notText);
    assertViolation(ViolationKind.MALFORMED_REQUEST, "it is empty", "json", empty);
    assertViolation(ViolationKind.SCRIPT_FAILED, "TypeError: ", "json", tombstone);
    assertViolation(
        ViolationKind.SCRIPT_FAILED, "RangeError: not this one (line 5, column", "json", thrown);
    assertViolation(ViolationKind.CPU_TIME, "300 allowed", "json", loops);
    assertViolation(ViolationKind.OUTPUT_SIZE, "102400 allowed", "json", large);
    assertViolation(ViolationKind.INPUT_SIZE, "65536 allowed", "json", tooLarge);
  }

  /** The record whose value names this offset as its own. */
  private static ConsumerRecord<byte[], byte[]> record(
      List<ConsumerRecord<byte[], byte[]>> records, long offset) {
    return records.stream()
        .filter(one -> String.valueOf(text(one.value())).contains("\"offset\":" + offset + ","))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void textsGoThroughAsTextsAndWhatKafkaDoesNotTakeIsAViolation() throws Exception {
    long seven = send("text", "k", utf8("seven"));
    long large = send("text", "k", utf8("x".repeat(60_000)));
    long future =
        scene
            .send(
                new ProducerRecord<>(
                    from("text"),
                    0,
                    System.currentTimeMillis() + Duration.ofDays(1).toMillis(),
                    utf8("k"),
                    utf8("tomorrow")))
            .get()
            .offset();
    send("text", "k", utf8("say \"é\""));

    List<ConsumerRecord<byte[], byte[]>> written = written("text", 1);
    assertEquals(List.of("k:SAY \"É\""), written.stream().map(one -> text(one.value())).toList());
    assertViolation(ViolationKind.OUTPUT_SCHEMA, "The output is a number", "text", seven);
    assertEquals("texts", violation("text", seven).getTenant());
    assertViolation(ViolationKind.OUTPUT_SIZE, "more than Kafka takes there", "text", large);
    assertViolation(ViolationKind.OUTPUT_SCHEMA, "Kafka does not take", "text", future);
  }

  @Test
  void anArrayOfEnvelopesIsSeveralRecordsAllOrNoneOfWhichAreWritten() throws Exception {
    RecordHeaders headers = new RecordHeaders();
    headers.add("a", utf8("1"));
    send("split", "k", utf8("[]"));
    send(
        "split",
        "k",
        utf8(
            """
            [{"value": {"n": 1}},
             {"value": null, "key": "other", "headers": {}},
             {"value": [2], "key": {"base64": "/wA="}, "headers": {"b": ["x", null], "c": {"base64": "AA=="}}}]
            """),
        headers);
    long noKey = send("split", "k", utf8("[{\"value\": 1}, {\"value\": 2, \"key\": null}]"));
    long noValue = send("split", "k", utf8("[{\"value\": 1}, {\"key\": \"k\"}]"));
    long unknown = send("split", "k", utf8("{\"value\": 1, \"headres\": {}}"));
    long badHeader = send("split", "k", utf8("{\"value\": 1, \"headers\": {\"h\": 1}}"));
    long noEnvelope = send("split", "k", utf8("7"));
    long tooMany = send("split", "k", utf8("[" + "1,".repeat(10_000) + "1]"));
    send("split", "last", utf8("{\"value\": \"one alone\"}"));

    List<ConsumerRecord<byte[], byte[]>> written = written("split", 4);
    assertEquals(4, written.size());
    ConsumerRecord<byte[], byte[]> one = keyed(written, utf8("k"));
    assertEquals("{\"n\":1}", text(one.value()));
    assertEquals("[a=1]", shown(one.headers()));
    ConsumerRecord<byte[], byte[]> other = keyed(written, utf8("other"));
    assertNull(other.value());
    assertEquals("[]", shown(other.headers()));
    ConsumerRecord<byte[], byte[]> third = keyed(written, new byte[] {-1, 0});
    assertEquals("[2]", text(third.value()));
    assertEquals("[b=x, b=null, c=\0]", shown(third.headers()));
    assertEquals("\"one alone\"", text(keyed(written, utf8("last")).value()));

    assertViolation(ViolationKind.OUTPUT_SCHEMA, "would have no key", "split", noKey);
    assertViolation(ViolationKind.OUTPUT_SCHEMA, "has no value", "split", noValue);
    assertViolation(ViolationKind.OUTPUT_SCHEMA, "a member \"headres\"", "split", unknown);
    assertViolation(ViolationKind.OUTPUT_SCHEMA, "header \"h\" is a number", "split", badHeader);
    assertViolation(ViolationKind.OUTPUT_SCHEMA, "The output is a number", "split", noEnvelope);
    assertViolation(ViolationKind.OUTPUT_SIZE, "more than 10000 records", "split", tooMany);
  }

  private static ConsumerRecord<byte[], byte[]> keyed(
      List<ConsumerRecord<byte[], byte[]>> records, byte[] key) {
    return records.stream().filter(one -> Arrays.equals(one.key(), key)).findFirst().orElseThrow();
  }

  private static String shown(Iterable<Header> headers) {
    List<String> shown = new ArrayList<>();
    headers.forEach(header -> shown.add(header.key() + "=" + text(header.value())));
    return shown.toString();
  }

  @Test
  void avroGoesThroughWhileTheSchemasOfBothSidesEvolve() throws Exception {
    long garbage = send("avro", "k", utf8("garbage"));
    send("avro", "k", order(ORDER_1, 1L << 60, null));
    long wrong = send("avro", "k", order(ORDER_1, 2, "wrong"));
    long early = send("avro", "k", order(ORDER_2, 3, null));
    assertViolation(
        ViolationKind.OUTPUT_SCHEMA,
        "The output does not fit version 1 of %s.subject: country is no field of shop.Priced; it has id, state"
            .formatted(name),
        "avro",
        early);

    registry.register(name + ".subject", PRICED_2);
    // The worker has looked for a newer version, for the one above, and waits a second.
    Awaitility.await("a record of version 2")
        .atMost(Scene.PATIENCE)
        .until(() -> isWritten(send("avro", "k", order(ORDER_2, 4, null)), 2));

    List<ConsumerRecord<byte[], byte[]>> written = written("avro", 2);
    GenericRecord first = decoded(written.getFirst());
    assertEquals(PRICED_1, first.getSchema());
    assertEquals(1L << 60, first.get("id"));
    assertEquals("PAID", first.get("state").toString());
    assertEquals(ByteBuffer.wrap(new byte[] {9, -58}), first.get("total"));
    assertEquals(TIMESTAMP, first.get("placed"));
    assertEquals("{a=1}", first.get("tags").toString());
    GenericRecord last = decoded(written.getLast());
    assertEquals(PRICED_2, last.getSchema());
    assertEquals("BE", last.get("country").toString());
    assertEquals(2, written.size());

    assertViolation(ViolationKind.MALFORMED_REQUEST, "cannot be decoded", "avro", garbage);
    assertViolation(
        ViolationKind.OUTPUT_SCHEMA,
        "tags.a is the text \"b\"; it must be a whole number of 32 bits",
        "avro",
        wrong);
  }

  /** Waits until a record is a violation or there are so many in the topic, and says which. */
  private boolean isWritten(long offset, int records) {
    String id = from("avro") + "-0-" + offset;
    Awaitility.await("what becomes of " + id)
        .atMost(Scene.PATIENCE)
        .until(
            () ->
                written("avro", 0).size() == records
                    || !scene
                        .violations(entry -> entry.value().getExecutionId().equals(id), 0)
                        .isEmpty());
    return written("avro", 0).size() == records;
  }

  private byte[] order(Schema schema, long id, @Nullable String note) {
    GenericData.Record order = new GenericData.Record(schema);
    if (schema.getField("country") != null) {
      order.put("country", "BE");
    }
    order.put("id", id);
    order.put("state", new GenericData.EnumSymbol(schema.getField("state").schema(), "PAID"));
    order.put("total", ByteBuffer.wrap(new byte[] {4, -29})); // 12.51
    order.put("placed", TIMESTAMP);
    order.put("note", note);
    byte[] bytes = serializer.serialize(from("avro"), order);
    if (bytes == null) {
      throw new AssertionError("nothing was written");
    }
    return bytes;
  }

  private GenericRecord decoded(ConsumerRecord<byte[], byte[]> record) {
    return assertInstanceOf(
        GenericRecord.class, deserializer.deserialize(record.topic(), record.value()));
  }

  @Test
  void theWorkerGoesOnWhateverItsRecordsAre() {
    assertEquals(List.of(), worker.health().troubles());
  }
}
