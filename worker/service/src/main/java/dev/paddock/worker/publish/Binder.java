package dev.paddock.worker.publish;

import dev.paddock.worker.Position;
import dev.paddock.worker.publish.Bundle.Sheet;
import java.util.ArrayList;
import java.util.List;
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

  private final LetterSerializer serializer;
  private final int maxRequestBytes;

  Binder(LetterSerializer serializer, int maxRequestBytes) {
    this.serializer = serializer;
    this.maxRequestBytes = maxRequestBytes;
  }

  Bundle bind(Position position, List<Letter> letters) throws InterruptedException {
    return new Bundle(position, sheets(position, letters));
  }

  /**
   * Cuts down what the broker found too large.
   *
   * @return false where nothing is left to cut
   */
  boolean cut(Bundle bundle, Sheet refused) throws InterruptedException {
    List<Letter> smaller = Shears.cut(refused.letter(), refused.bytes(), 0);
    if (!smaller.isEmpty()) {
      tell(bundle.position(), refused);
      bundle.replace(refused, sheets(bundle.position(), smaller));
    }
    return !smaller.isEmpty();
  }

  private List<Sheet> sheets(Position position, List<Letter> letters) throws InterruptedException {
    List<Sheet> sheets = new ArrayList<>();
    for (Letter letter : letters) {
      Sheet sheet = new Sheet(letter, serializer.serialize(letter));
      List<Letter> smaller =
          fits(sheet) ? List.of() : Shears.cut(letter, sheet.bytes(), maxRequestBytes);
      if (smaller.isEmpty()) {
        sheets.add(sheet);
      } else {
        tell(position, sheet);
        sheets.addAll(sheets(position, smaller));
      }
    }
    return sheets;
  }

  private boolean fits(Sheet sheet) {
    byte[] key = sheet.record().key();
    long bytes = (key == null ? 0 : key.length) + (long) sheet.bytes() + RECORD_OVERHEAD_BYTES;
    return bytes <= maxRequestBytes;
  }

  private static void tell(Position position, Sheet sheet) {
    LOG.info(
        "What became of {} is too large for {} with {} bytes, and is cut down",
        position,
        sheet.record().topic(),
        sheet.bytes());
  }
}
