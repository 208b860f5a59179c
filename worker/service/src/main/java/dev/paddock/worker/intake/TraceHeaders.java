package dev.paddock.worker.intake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The trace that a record belongs to, by its headers {@code traceparent} and {@code tracestate} as
 * in W3C's <a href="https://www.w3.org/TR/trace-context/">Trace Context</a>. Where one of them
 * occurs more than once, the last counts.
 */
final class TraceHeaders {

  private static final String PARENT = "traceparent";

  /** A traceparent has 55 characters, or more in versions to come. */
  private static final int PARENT_BYTES = 128;

  /** What W3C asks everybody to carry on. */
  private static final int STATE_BYTES = 512;

  private TraceHeaders() {}

  /** Invalid where the headers name none. Never throws. */
  static SpanContext read(Headers headers) {
    if (headers.lastHeader(PARENT) == null) {
      return SpanContext.getInvalid();
    }
    Context context =
        W3CTraceContextPropagator.getInstance()
            .extract(Context.root(), headers, TraceHeaders::value);
    return Span.fromContext(context).getSpanContext();
  }

  private static @Nullable String value(@Nullable Headers headers, String name) {
    Header header = headers == null ? null : headers.lastHeader(name);
    byte @Nullable [] value = header == null ? null : header.value();
    int most = name.equals(PARENT) ? PARENT_BYTES : STATE_BYTES;
    return value == null || value.length > most ? null : new String(value, ISO_8859_1);
  }
}
