package dev.paddock.worker.publish;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapSetter;
import org.apache.kafka.common.header.Headers;

/** Says in a record's headers which trace it belongs to, as W3C's Trace Context has it. */
public final class TraceHeaders {

  private static final TextMapSetter<Headers> SETTER =
      (headers, name, value) -> {
        if (headers != null) {
          headers.add(name, value.getBytes(US_ASCII));
        }
      };

  private TraceHeaders() {}

  /** Sets them, in place of others of their names; an invalid trace leaves all as it is. */
  public static void set(Headers headers, SpanContext trace) {
    if (!trace.isValid()) {
      return;
    }
    W3CTraceContextPropagator propagator = W3CTraceContextPropagator.getInstance();
    propagator.fields().forEach(headers::remove);
    propagator.inject(Context.root().with(Span.wrap(trace)), headers, SETTER);
  }
}
