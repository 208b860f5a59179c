package dev.paddock.worker.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.DecoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Avro is to a script, and what of a script's output is Avro. */
class AvroJsonTest {

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private static final int LONG_ENOUGH = 100_000;

  private static Schema schema(String text) {
    return new Schema.Parser().parse(text.replace('\'', '"'));
  }

  private static byte[] binary(Schema schema, String json) throws MisfitException, IOException {
    return JsonToAvro.write(schema, JSON.readTree(json), json.length());
  }

  private static String json(Schema schema, byte[] binary) throws IOException {
    Object value =
        new GenericDatumReader<>(schema)
            .read(null, DecoderFactory.get().binaryDecoder(binary, null));
    return BoundedText.of(LONG_ENOUGH, json -> new AvroToJson(json).write(value));
  }

  /** In a record, as all but the simplest values come. */
  private static Schema recordOf(String type) {
    return schema("{'type':'record','name':'R','fields':[{'name':'f','type':%s}]}".formatted(type));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'null'                                     | null",
        "'boolean'                                  | true",
        "'int'                                      | -2147483648",
        "'long'                                     | 9007199254740991",
        "'long'                                     | \"9007199254740992\"",
        "'long'                                     | \"-9223372036854775808\"",
        "'float'                                    | 0.1",
        "'double'                                   | 1.5E300",
        "'double'                                   | \"NaN\"",
        "'float'                                    | \"-Infinity\"",
        "'string'                                   | \"é \\u0000 🐎\"",
        "'bytes'                                    | \"AP+A\"",
        "{'type':'fixed','name':'F','size':2}       | \"AAE=\"",
        "{'type':'enum','name':'E','symbols':['A','B']} | \"B\"",
        "{'type':'array','items':'int'}             | [1,2,3]",
        "{'type':'array','items':'int'}             | []",
        "{'type':'map','values':['null','int']}     | {\"a b\":null}",
        "['null','int','string']                    | null",
        "['null','int','string']                    | 7",
        "['null','int','string']                    | \"7\"",
        "['int','double']                           | 1.5",
        "['long','string']                          | \"12\"",
        "{'type':'bytes','logicalType':'decimal','precision':9,'scale':2} | \"-12.50\"",
        "{'type':'fixed','name':'D','size':4,'logicalType':'decimal','precision':9,'scale':2} | \"-12.50\"",
        "{'type':'int','logicalType':'date'}        | \"1969-12-31\"",
        "{'type':'int','logicalType':'time-millis'} | \"10:15:00\"",
        "{'type':'long','logicalType':'time-micros'} | \"23:59:59.000001\"",
        "{'type':'long','logicalType':'timestamp-millis'} | \"1969-12-31T23:59:59.999Z\"",
        "{'type':'long','logicalType':'timestamp-micros'} | \"2026-11-25T10:15:30.000001Z\"",
        "{'type':'long','logicalType':'timestamp-nanos'} | \"2026-11-25T10:15:30.000000001Z\"",
        "{'type':'long','logicalType':'local-timestamp-millis'} | \"2026-11-25T10:15:30\"",
        "{'type':'long','logicalType':'local-timestamp-micros'} | \"2026-11-25T10:15:30.5\"",
        "{'type':'long','logicalType':'local-timestamp-nanos'} | \"1969-12-31T23:59:59.999999999\"",
        "{'type':'string','logicalType':'uuid'}     | \"550e8400-e29b-41d4-a716-446655440000\"",
        "{'type':'fixed','name':'U','size':16,'logicalType':'uuid'} | \"550e8400-e29b-41d4-a716-446655440000\"",
        "['null',{'type':'long','logicalType':'timestamp-millis'}] | \"2026-11-25T10:15:30Z\"",
        "['null',{'type':'record','name':'P','fields':[{'name':'x','type':'int'}]},{'type':'record','name':'Q','fields':[{'name':'y','type':'int'}]}] | {\"y\":1}",
      })
  void aValueComesBackAsItWentIn(String type, String value) throws Exception {
    Schema schema = recordOf(type);
    String text = "{\"f\":" + value + "}";
    assertEquals(text, json(schema, binary(schema, text)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'type':'bytes','logicalType':'decimal','precision':9,'scale':2} | 12.5 | \"12.50\"",
        "{'type':'bytes','logicalType':'decimal','precision':9,'scale':2} | \"1e3\" | \"1000.00\"",
        "{'type':'long','logicalType':'timestamp-millis'} | 1500 | \"1970-01-01T00:00:01.500Z\"",
        "{'type':'long','logicalType':'timestamp-millis'} | \"2026-11-25T12:15:30+02:00\" | \"2026-11-25T10:15:30Z\"",
        "{'type':'int','logicalType':'date'} | 1 | \"1970-01-02\"",
        "'long' | \"12\" | 12",
        "'float' | 0.30000000000000004 | 0.3",
        "['string','double'] | 3 | 3.0",
        "['null','long'] | \"12\" | 12",
      })
  void whatWillDoAsWell(String type, String given, String read) throws Exception {
    Schema schema = recordOf(type);
    assertEquals("{\"f\":" + read + "}", json(schema, binary(schema, "{\"f\":" + given + "}")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'int'            | 2147483648  | f is 2147483648; it must be a whole number of 32 bits",
        "'int'            | 1.5         | f is 1.5; it must be a whole number of 32 bits",
        "'int'            | \"1\"       | f is the text \"1\"; it must be a whole number of 32 bits",
        "'long'           | 9223372036854775808 | f is 9223372036854775808; it must be a whole number of 64 bits",
        "'long'           | 1e1000000000 | f is 1E+1000000000; it must be a whole number of 64 bits",
        "'float'          | 1e39        | f is 1E+39; it must be a number within the range of a float",
        "'double'         | 1e309       | f is 1E+309; it must be a number",
        "'string'         | 1           | f is 1; it must be a text",
        "'boolean'        | null        | f is null; it must be true or false",
        "'bytes'          | \"%\"       | f is the text \"%\"; it must be base64",
        "{'type':'fixed','name':'F','size':2} | \"AA==\" | f is the text \"AA==\"; it must be base64 of 2 bytes",
        "{'type':'enum','name':'E','symbols':['A','B']} | \"C\" | f is the text \"C\"; it must be A or B",
        "{'type':'array','items':'int'} | [1,[]] | f[1] is an array; it must be a whole number of 32 bits",
        "{'type':'map','values':'int'} | {\"a\":{}} | f.a is an object; it must be a whole number of 32 bits",
        "['null','int']   | true        | f is true; it must be null, or a whole number of 32 bits",
        "['null',{'type':'record','name':'P','fields':[{'name':'x','type':'int'}]}] | {\"x\":\"\"} | f.x is the text \"\"; it must be a whole number of 32 bits",
        "{'type':'record','name':'P','fields':[{'name':'x','type':'int'}]} | {} | f.x is missing; it must be a whole number of 32 bits, since P has no default for it",
        "{'type':'record','name':'P','fields':[{'name':'x','type':'int','default':1}]} | {\"y\":1} | f.y is no field of P; it has x",
        "{'type':'bytes','logicalType':'decimal','precision':4,'scale':2} | \"1.234\" | f is the text \"1.234\"; it must be a decimal such as \"12.34\" of up to 4 digits, 2 of them behind the point",
        "{'type':'bytes','logicalType':'decimal','precision':4,'scale':2} | 1e1000000000 | f is 1E+1000000000; it must be a decimal such as \"12.34\" of up to 4 digits, 2 of them behind the point",
        "{'type':'bytes','logicalType':'decimal','precision':4,'scale':2} | 100 | f is 100; it must be a decimal such as \"12.34\" of up to 4 digits, 2 of them behind the point",
        "{'type':'long','logicalType':'timestamp-millis'} | \"2026-11-25T10:15:30.0001Z\" | f is the text \"2026-11-25T10:15:30.0001Z\"; it must be a timestamp such as \"2026-11-25T10:15:30.5Z\", with at most 3 digits of a second",
        "{'type':'int','logicalType':'date'} | \"2026-02-30\" | f is the text \"2026-02-30\"; it must be a date such as \"2026-11-25\"",
        "{'type':'int','logicalType':'date'} | {} | f is an object; it must be a date such as \"2026-11-25\"",
      })
  void whatDoesNotFitIsNamedWithItsPlace(String type, String value, String message) {
    Schema schema = recordOf(type);
    MisfitException misfit =
        assertThrows(MisfitException.class, () -> binary(schema, "{\"f\":" + value + "}"));
    assertEquals(message, misfit.path() + " " + misfit.getMessage());
  }

  @Test
  void aMissingFieldTakesItsDefault() throws Exception {
    Schema schema =
        schema(
            """
            {'type':'record','name':'R','fields':[
              {'name':'a','type':['null','string'],'default':null},
              {'name':'b','type':{'type':'array','items':'int'},'default':[1,2]},
              {'name':'c','type':{'type':'record','name':'S','fields':[{'name':'x','type':'int'}]},
               'default':{'x':3}}]}
            """);
    assertEquals("{\"a\":null,\"b\":[1,2],\"c\":{\"x\":3}}", json(schema, binary(schema, "{}")));
  }

  @Test
  void aValueThatIsAsDeepAsItMayBeIsWritten() throws Exception {
    Schema list =
        schema(
            "{'type':'record','name':'L','fields':[{'name':'next','type':['null','L','string']}]}");
    int deepest = AvroOutput.DEEPEST;
    String text = "{\"next\":".repeat(deepest) + "null" + "}".repeat(deepest);
    assertEquals(text, json(list, binary(list, text)));
  }

  /** Two ways at each of 60 levels, neither of which fits: 2^60 of them. */
  @Test
  void theWaysThroughUnionsAreBounded() {
    Schema schema =
        schema(
            """
            {'type':'record','name':'A','fields':[{'name':'n','type':['null','A',
              {'type':'record','name':'B','fields':[{'name':'n','type':['null','A','B']}]}]}]}
            """);
    String value = "{\"n\":".repeat(60) + "1" + "}".repeat(60);
    MisfitException misfit = assertThrows(MisfitException.class, () -> binary(schema, value));
    assertTrue(String.valueOf(misfit.getMessage()).contains("too many ways"), misfit.getMessage());
  }

  @Test
  void whatIsNestedTooDeeplyOrOutOfBoundsIsUnreadable() {
    Schema list =
        schema("{'type':'record','name':'L','fields':[{'name':'next','type':['null','L']}]}");
    GenericData.Record innermost = new GenericData.Record(list);
    GenericData.Record head = innermost;
    for (int i = 0; i < 2000; i++) {
      GenericData.Record next = new GenericData.Record(list);
      next.put("next", head);
      head = next;
    }
    assertUnreadable(head, "nested more than 1000 deep");
    assertUnreadable(
        of("{'type':'int','logicalType':'time-millis'}", -1), "has a value out of bounds");
    assertUnreadable(
        of(
            "{'type':'bytes','logicalType':'decimal','precision':2000000000,'scale':1999999999}",
            ByteBuffer.wrap(new byte[] {1})),
        "scale 1999999999");
    assertUnreadable(List.of(), "must be an Avro record");
  }

  private static GenericData.Record of(String type, Object value) {
    GenericData.Record record = new GenericData.Record(recordOf(type));
    record.put("f", value);
    return record;
  }

  private static void assertUnreadable(Object value, String reason) {
    UnreadableException unreadable =
        assertThrows(
            UnreadableException.class,
            () -> BoundedText.of(LONG_ENOUGH, json -> new AvroToJson(json).write(value)));
    String message = String.valueOf(unreadable.getMessage());
    assertTrue(message.contains(reason), message);
  }

  @Test
  void aShortRecordThatWouldBeALongTextIsNotWrittenOut() {
    String longName = "x".repeat(1000);
    Schema schema =
        SchemaBuilder.array()
            .items(SchemaBuilder.record("R").fields().requiredBoolean(longName).endRecord());
    GenericData.Record item = new GenericData.Record(schema.getElementType());
    item.put(longName, true);
    Object many = new GenericData.Array<>(schema, Collections.nCopies(1000, item));
    assertThrows(
        BoundedText.TooLongException.class,
        () -> BoundedText.of(LONG_ENOUGH, json -> new AvroToJson(json).write(many)));
  }
}
