package dev.paddock.worker;

import dev.paddock.schemas.Violation;
import io.opentelemetry.api.trace.SpanContext;
import org.jspecify.annotations.Nullable;

/** Keeps a span of each outcome, for who follows a request through several programs. */
@FunctionalInterface
public interface Spans {

  /** Keeps none: a trace that came with a record is carried on as it came. */
  Spans NONE = outcome -> new CarriedOn(outcome.trace());

  /** Opens the span of an outcome that is about to be written. From any thread; never throws. */
  OpenSpan open(Outcome outcome);

  /** A span that waits for what is written. Used by one thread at a time. */
  interface OpenSpan {

    /** What the records that are written belong to; invalid where there is no trace. */
    SpanContext context();

    /**
     * Ends it, once, when all is written. One that is not ended leaves no trace.
     *
     * @param violation what was written of the outcome to the violations topic, or null for nothing
     */
    void end(@Nullable Violation violation);
  }

  /** No span, only somebody else's trace. */
  record CarriedOn(SpanContext context) implements OpenSpan {

    @Override
    public void end(@Nullable Violation violation) {
      // nobody wants to know
    }
  }
}
