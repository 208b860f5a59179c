package dev.paddock.worker.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One key that may be set.
 *
 * @param name as in YAML and on the command line
 * @param type how its text is read
 * @param standard the text used where nobody sets it, or null where there is none
 * @param shownStandard the same as documentation shows it
 * @param description one line for a person
 */
record Setting<T>(
    String name,
    ValueType<T> type,
    @Nullable String standard,
    String shownStandard,
    String description) {

  /** The prefix of every environment variable that sets a key. */
  static final String VARIABLE_PREFIX = "PADDOCK_";

  /** The environment variable that sets this key. */
  String variable() {
    return VARIABLE_PREFIX + name.toUpperCase(Locale.ROOT).replace('.', '_');
  }

  /** Whether its value must not be printed. */
  boolean secret() {
    return Secret.isSecretName(name);
  }
}
