package dev.paddock.worker.publish;

import dev.paddock.worker.Execution;
import dev.paddock.worker.LogKeys;
import dev.paddock.worker.Outcome;
import dev.paddock.worker.Position;
import dev.paddock.worker.publish.Bundle.Sheet;
import io.opentelemetry.api.trace.SpanContext;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serializes outcomes, and cuts down what is too large: in a transaction one record that is refused
 * spoils all others, so what the producer would not take is not even tried. Used by one thread.
 */
final class Binder {

  private static final Logger LOG = LoggerFactory.getLogger(Binder.class);

  /** More than what Kafka's format puts around the key and the value of a record. */
  private static final int RECORD_OVERHEAD_BYTES = 128;

  private static final int HEADER_OVERHEAD_BYTES = 10;

  private final Letters letters;
  private final LetterSerializer serializer;
  private final int maxRequestBytes;

  Binder(Letters letters, LetterSerializer serializer, int maxRequestBytes) {
    this.letters = letters;
    this.serializer = serializer;
    this.maxRequestBytes = maxRequestBytes;
  }

  Bundle bind(Outcome outcome) throws InterruptedException {
    Execution execution = outcome.execution();
    Mail mail = letters.of(outcome);
    return new Bundle(
        outcome.position(),
        execution == null ? null : execution.timestampMillis(),
        mail.span(),
        sheets(outcome.position(), mail.span().context(), mail.letters()));
  }

  /**
   * Cuts down what the broker does not take. Of what a pipeline's record came to, nothing is
   * written where not all of it can be.
   *
   * @return false where nothing is left to cut
   */
  boolean cut(Bundle bundle, Sheet refused, Exception reason) throws InterruptedException {
    List<Letter> smaller = Shears.cut(refused.letter(), reason, refused.bytes(), 0);
    if (smaller.isEmpty()) {
      return false;
    }
    tell(bundle.position(), refused, reason.getMessage());
    List<Sheet> sheets = sheets(bundle.position(), bundle.trace(), smaller);
    if (refused.letter() instanceof Letter.Event) {
      bundle.replaceAll(sheets);
    } else {
      bundle.replace(refused, sheets);
    }
    return true;
  }

  private List<Sheet> sheets(Position position, SpanContext trace, List<Letter> letters)
      throws InterruptedException {
    List<Sheet> sheets = new ArrayList<>();
    for (Letter letter : letters) {
      Sheet sheet = new Sheet(letter, serializer.serialize(letter, trace));
      List<Letter> smaller =
          fits(sheet) ? List.of() : Shears.cut(letter, sheet.bytes(), maxRequestBytes);
      if (smaller.isEmpty()) {
        sheets.add(sheet);
      } else {
        tell(position, sheet, "it has %d bytes".formatted(sheet.bytes()));
        sheets.addAll(sheets(position, trace, smaller));
      }
    }
    return sheets;
  }

  private boolean fits(Sheet sheet) {
    if (sheet.letter() instanceof Letter.Event) {
      return true; // who has made it has looked
    }
    byte[] key = sheet.record().key();
    long bytes = (key == null ? 0 : key.length) + (long) sheet.bytes() + RECORD_OVERHEAD_BYTES;
    for (Header header : sheet.record().headers()) {
      bytes += HEADER_OVERHEAD_BYTES + header.key().length() + header.value().length;
    }
    return bytes <= maxRequestBytes;
  }

  private static void tell(Position position, Sheet sheet, @Nullable String reason) {
    LOG.atInfo()
        .addKeyValue(LogKeys.EXECUTION_ID, sheet.letter().executionId())
        .addKeyValue(LogKeys.POSITION, position)
        .log(
            "What became of an execution cannot go to {} as it is, and is cut down: {}",
            sheet.record().topic(),
            reason);
  }
}
