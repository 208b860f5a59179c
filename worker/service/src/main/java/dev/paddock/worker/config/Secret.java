package dev.paddock.worker.config;

import java.util.Locale;
import java.util.regex.Pattern;

/** A value that must never be printed. */
public record Secret(String value) {

  /** What is printed in a secret's place. */
  static final String MASK = "(hidden)";

  private static final Pattern SECRET_NAME =
      Pattern.compile("password|secret|token|jaas|credential|user\\.info|ssl\\.keystore\\.key");

  /** Whether a key's value must not be printed. Prefers hiding too much. */
  static boolean isSecretName(String key) {
    return SECRET_NAME.matcher(key.toLowerCase(Locale.ROOT)).find();
  }

  @Override
  public String toString() {
    return MASK;
  }
}
