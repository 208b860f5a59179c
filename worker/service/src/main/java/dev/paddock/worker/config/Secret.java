package dev.paddock.worker.config;

import java.util.Locale;
import java.util.regex.Pattern;

/** A value that must never be printed. */
public record Secret(String value) {

  /** What is printed in a secret's place. */
  static final String MASK = "(hidden)";

  private static final Pattern SECRET_NAME =
      Pattern.compile(
          "passw|passphrase|secret|token|jaas|credential|user\\.info|ssl\\.keystore\\.key|private|api\\.?key");

  /** User and password in an address. */
  private static final Pattern USER_INFO = Pattern.compile("//\\S*@");

  /** Whether a key's value must not be printed. Prefers hiding too much. */
  static boolean isSecretName(String key) {
    return SECRET_NAME.matcher(key.toLowerCase(Locale.ROOT)).find();
  }

  /** A key's value as it may be printed: hidden, or without the user that an address may name. */
  static String shown(String key, String value) {
    return isSecretName(key) ? MASK : USER_INFO.matcher(value).replaceAll("//" + MASK + "@");
  }

  /** The same in quotes, where there is something to quote. */
  static String quoted(String key, String value) {
    return isSecretName(key) ? MASK : "'" + shown(key, value) + "'";
  }

  @Override
  public String toString() {
    return MASK;
  }
}
