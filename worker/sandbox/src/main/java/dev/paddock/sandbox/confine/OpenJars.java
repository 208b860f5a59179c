package dev.paddock.sandbox.confine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;

/**
 * Keeps the jars of the class path open. The class loader opens one when it first looks into it,
 * and anew, by the {@code jar:} protocol, for resources; a confined process may do neither: without
 * this, the engine's messages and the data of languages could not be read any more.
 */
final class OpenJars {

  private OpenJars() {}

  /** Opens each for good, by reading what every jar has. */
  static void keep() {
    try {
      for (URL manifest :
          Collections.list(ClassLoader.getSystemResources("META-INF/MANIFEST.MF"))) {
        try (InputStream in = manifest.openStream()) {
          in.readAllBytes();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("A jar of the sandbox cannot be read", e);
    }
  }
}
