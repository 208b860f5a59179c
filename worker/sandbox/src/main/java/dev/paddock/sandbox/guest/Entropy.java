package dev.paddock.sandbox.guest;

import java.security.SecureRandom;
import org.graalvm.polyglot.Value;

/**
 * Random numbers of the system. First asked for while the sandbox warms up, because a confined
 * process can no longer open their source.
 */
final class Entropy {

  private static final SecureRandom RANDOM = new SecureRandom();

  private Entropy() {}

  /** A number of 64 bits. */
  static long next() {
    return RANDOM.nextLong();
  }

  /** One of 32 bits, from 0, for a guest. */
  static Object word(Value... arguments) {
    return Integer.toUnsignedLong(RANDOM.nextInt());
  }
}
