package dev.paddock.worker.config;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong, so that all of it is reported at once. */
final class Problems {

  private final List<String> found = new ArrayList<>();

  /** Adds a problem, once: a value may be looked at more than once. */
  void add(String problem) {
    if (!found.contains(problem)) {
      found.add(problem);
    }
  }

  void throwIfAny() {
    if (!found.isEmpty()) {
      throw new ConfigurationException(found);
    }
  }
}
