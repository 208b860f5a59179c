package dev.paddock.worker.intake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opentelemetry.api.trace.SpanContext;
import java.util.Random;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceHeadersTest {

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";
  private static final String PARENT = "00-" + TRACE + "-" + SPAN + "-01";

  private static SpanContext read(String parent, @Nullable String state) {
    Headers headers = new RecordHeaders().add("traceparent", parent.getBytes(ISO_8859_1));
    if (state != null) {
      headers.add("tracestate", state.getBytes(ISO_8859_1));
    }
    return TraceHeaders.read(headers);
  }

  @Test
  void bothHeadersAreRead() {
    SpanContext trace = read(PARENT, "one=1,two=2");

    assertTrue(trace.isRemote());
    assertEquals(TRACE, trace.getTraceId());
    assertEquals(SPAN, trace.getSpanId());
    assertTrue(trace.isSampled());
    assertEquals("1", trace.getTraceState().get("one"));
    assertEquals("2", trace.getTraceState().get("two"));
    assertFalse(read(PARENT.replace("-01", "-00"), null).isSampled());
  }

  @Test
  void theLastOfSeveralCounts() {
    RecordHeaders headers = new RecordHeaders();
    headers.add("traceparent", "garbage".getBytes(ISO_8859_1));
    headers.add("traceparent", PARENT.getBytes(ISO_8859_1));
    assertTrue(TraceHeaders.read(headers).isValid());
    headers.add("traceparent", null);
    assertFalse(TraceHeaders.read(headers).isValid());
  }

  @Test
  void aVersionToComeIsReadAsFarAsItIsKnown() {
    assertEquals(SPAN, read(PARENT.replaceFirst("00", "cc") + "-what-comes", null).getSpanId());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "00-" + TRACE + "-" + SPAN,
        PARENT + "-more",
        "ff-" + TRACE + "-" + SPAN + "-01",
        "00-00000000000000000000000000000000-" + SPAN + "-01",
        "00-" + TRACE + "-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-" + SPAN + "-01",
        "00-" + TRACE + "-" + SPAN + "-zz",
        "00-" + TRACE + "-b7ad6b716920333é-01",
      })
  void whatIsNoTraceParentIsIgnored(String parent) {
    assertFalse(read(parent, "one=1").isValid());
  }

  @Test
  void valuesLongerThanAnyoneMustCarryOnAreIgnored() {
    assertFalse(read("cc" + PARENT.substring(2) + "-" + "x".repeat(100), null).isValid());

    String most = "one=" + "1".repeat(252) + ",two=" + "2".repeat(251);
    assertEquals(2, read(PARENT, most).getTraceState().size());
    SpanContext more = read(PARENT, most + "2");
    assertTrue(more.isValid());
    assertTrue(more.getTraceState().isEmpty());
    assertTrue(read(PARENT, "no state").getTraceState().isEmpty());
  }

  @Test
  void nothingThatARecordMayHaveThrows() {
    Random random = new Random(20261126);
    for (int i = 0; i < 20_000; i++) {
      byte[] parent = PARENT.getBytes(ISO_8859_1);
      byte[] state = "one=1,two=2,,=,three=@".getBytes(ISO_8859_1);
      for (byte[] bytes : new byte[][] {parent, state}) {
        for (int flips = random.nextInt(4); flips > 0; flips--) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
      }
      SpanContext trace =
          TraceHeaders.read(
              new RecordHeaders().add("traceparent", parent).add("tracestate", state));
      assertTrue(trace.isValid() || !trace.isRemote());
    }
  }
}
