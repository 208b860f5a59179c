package dev.paddock.worker.publish;

import dev.paddock.worker.Spans;
import java.util.List;

/**
 * All that is written of one outcome.
 *
 * @param letters none where nothing is
 * @param span what the letters belong to, and what they are replaced by; to be ended when all is
 *     written
 */
record Mail(List<Letter> letters, Spans.OpenSpan span) {

  Mail {
    letters = List.copyOf(letters);
  }
}
