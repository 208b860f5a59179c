package dev.paddock.worker.publish;

import io.opentelemetry.api.trace.SpanContext;
import java.util.List;

/**
 * All that is written of one outcome.
 *
 * @param letters none where nothing is
 * @param trace what the letters belong to, and what they are replaced by; invalid where there is no
 *     trace
 */
record Mail(List<Letter> letters, SpanContext trace) {

  Mail {
    letters = List.copyOf(letters);
  }
}
