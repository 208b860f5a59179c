package dev.paddock.worker.cli.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.ScriptReference;
import dev.paddock.schemas.TrustedContracts;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecordBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InputsTest {

  private static final int MAX_BYTES = 100;

  static {
    TrustedContracts.trust();
  }

  @Test
  void aRowIsAnObjectOfTextsByTheHeadersNames() throws IOException {
    assertEquals(
        List.of(
            "{\"id\":\"007\",\"name\":\"Smith, \\\"J\\\"\"}",
            "{\"id\":\"\",\"name\":\"two\\nlines\"}",
            "{\"id\":\"é\",\"name\":\"last\"}"),
        texts(
            Format.CSV,
            utf8("\uFEFFid,name\r\n007,\"Smith, \"\"J\"\"\"\r\n\r\n,\"two\nlines\"\né,last")));
  }

  @Test
  void aRowThatDoesNotFitIsBadAndTheNextOneIsNot() throws IOException {
    String longest = "x".repeat(MAX_BYTES);
    assertEquals(
        List.of(
            "in row 1: it has 3 cells; the header has 2",
            "in row 2: it has 1 cells; the header has 2",
            "in row 3: it has 115 bytes; 100 allowed",
            "{\"a\":\"1\",\"b\":\"2\"}"),
        texts(Format.CSV, utf8("a,b\n1,2,3\n1\n" + longest + ",\n1,2\n")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"3,4", // a quote that is not closed
        "\"3\"x,4",
        "\u00ff,4", // not UTF-8
      })
  void aFileWhoseRowsCannotBeToldIsRefusedWithItsNumber(String row) {
    String text = "a,b\n1,2\n" + row + "\n" + "5,6\n".repeat(1000);
    BatchRefusedException refusal =
        assertThrows(
            BatchRefusedException.class,
            () -> texts(Format.CSV, text.getBytes(StandardCharsets.ISO_8859_1)));
    assertTrue(
        String.valueOf(refusal.getMessage()).startsWith("in cannot be read as CSV behind row "),
        refusal.getMessage());
  }

  @Test
  void aHeaderThatNamesACellTwiceIsRefused() {
    BatchRefusedException refusal =
        assertThrows(BatchRefusedException.class, () -> texts(Format.CSV, utf8("a,b,a\n1,2,3\n")));
    assertTrue(
        String.valueOf(refusal.getMessage()).contains("its header has 'a' twice"),
        refusal.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "deflate", "snappy", "zstandard"})
  void recordsOfAContainerFileAreShownAsPipelinesShowThem(String codec) throws IOException {
    assertEquals(
        List.of(
            "{\"n\":1,\"day\":\"2026-11-26\",\"note\":null}",
            "in record 2: it has more than 100 characters as JSON; that many are allowed",
            "{\"n\":\"9007199254740993\",\"day\":\"1970-01-01\",\"note\":\"é\"}"),
        texts(Format.AVRO, container(codec)));
  }

  @Test
  void aContainerFileThatIsCutOrAnythingElseIsRefused() throws IOException {
    byte[] whole = container("deflate");
    for (byte[] bytes : List.of(Arrays.copyOf(whole, whole.length - 20), utf8("{\"n\":1}\n"))) {
      BatchRefusedException refusal =
          assertThrows(BatchRefusedException.class, () -> texts(Format.AVRO, bytes));
      assertTrue(
          String.valueOf(refusal.getMessage())
              .startsWith("in cannot be read as AVRO behind record 0"));
    }
  }

  @Test
  void inputsAreCountedAsTheyAreRead() throws IOException {
    for (Format format : Format.values()) {
      byte[] bytes =
          switch (format) {
            case JSONL -> utf8("1\n\n{");
            case CSV -> utf8("a\n1\n\n2,3\n\"4\n5\"");
            case AVRO -> container("deflate");
          };
      try (Inputs inputs = inputs(format, bytes)) {
        assertEquals(3, inputs.count());
      }
      assertEquals(3, texts(format, bytes).size());
    }
  }

  @Test
  void eachRequestIsTheTemplatesWithItsInput() throws IOException {
    try (Inputs inputs = inputs(Format.JSONL, utf8(" [1] \n"))) {
      ExecutionRequest request =
          assertInstanceOf(Item.Request.class, inputs.next()).request().build();
      assertEquals("[1]", request.getInput());
      assertEquals("acme", request.getTenant());
      assertEquals("rule", ((ScriptReference) request.getScript()).getId());
    }
  }

  @Test
  void whatIsReadAheadHoldsUpNobodyAndEndsAsTheFeedDoes() throws IOException {
    CountDownLatch second = new CountDownLatch(1);
    AtomicBoolean first = new AtomicBoolean(true);
    Feed slow =
        new Feed() {
          @Override
          public @Nullable Item next() throws IOException {
            if (first.getAndSet(false)) {
              return new Item.Bad("one");
            }
            try {
              second.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            throw new BatchRefusedException("broken");
          }

          @Override
          public boolean skip() {
            return false;
          }
        };
    try (Prefetched ahead = new Prefetched(slow)) {
      assertEquals(new Item.Bad("one"), unlessLater(ahead));
      assertEquals(new Item.Later(), ahead.next());
      second.countDown();
      assertThrows(BatchRefusedException.class, () -> unlessLater(ahead));
    }
    try (Inputs inputs = inputs(Format.JSONL, utf8("1"));
        Prefetched ahead = new Prefetched(inputs)) {
      assertNotNull(unlessLater(ahead));
      assertNull(unlessLater(ahead));
      assertNull(ahead.next());
    }
  }

  private static @Nullable Item unlessLater(Feed feed) throws IOException {
    Item item = feed.next();
    while (item instanceof Item.Later) {
      item = feed.next();
    }
    return item;
  }

  private static byte[] container(String codec) throws IOException {
    Schema schema =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "Row", "fields": [
                  {"name": "n", "type": "long"},
                  {"name": "day", "type": {"type": "int", "logicalType": "date"}},
                  {"name": "note", "type": ["null", "string"]}]}
                """);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataFileWriter<Object> writer = new DataFileWriter<>(new GenericDatumWriter<>(schema))) {
      writer.setCodec(CodecFactory.fromString(codec));
      writer.create(schema, bytes);
      GenericRecordBuilder row = new GenericRecordBuilder(schema);
      writer.append(row.set("n", 1L).set("day", 20783).set("note", null).build());
      writer.append(row.set("note", "x".repeat(MAX_BYTES)).build());
      writer.append(row.set("n", (1L << 53) + 1).set("day", 0).set("note", "é").build());
    }
    return bytes.toByteArray();
  }

  /** The inputs, and of bad ones the messages. */
  private static List<String> texts(Format format, byte[] bytes) throws IOException {
    List<String> texts = new ArrayList<>();
    try (Inputs inputs = inputs(format, bytes)) {
      for (Item item = inputs.next(); item != null; item = inputs.next()) {
        texts.add(
            switch (item) {
              case Item.Request(ExecutionRequest.Builder request) -> request.getInput();
              case Item.Bad(String message) -> message;
              case Item.Later _ -> throw new AssertionError("a file has no later");
            });
      }
    }
    return texts;
  }

  private static Inputs inputs(Format format, byte[] bytes) throws IOException {
    return new Inputs(
        new Inputs.Source("in", format, () -> new ByteArrayInputStream(bytes)),
        MAX_BYTES,
        ExecutionRequest.newBuilder()
            .setTenant("acme")
            .setScript(new ScriptReference("rule", null))
            .build());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
