package dev.paddock.worker.intake;

import java.util.List;
import org.slf4j.Logger;

/**
 * Says once in the log that something stands still, and once that it moves again. For one thread.
 */
final class Notice {

  private final Logger log;
  private boolean told;

  Notice(Logger log) {
    this.log = log;
  }

  /** Tells what has changed. */
  void tell(List<String> troubles) {
    if (!troubles.isEmpty() && !told) {
      log.warn("Nothing moves: {}", String.join("; ", troubles));
    } else if (troubles.isEmpty() && told) {
      log.info("It moves again");
    }
    told = !troubles.isEmpty();
  }
}
