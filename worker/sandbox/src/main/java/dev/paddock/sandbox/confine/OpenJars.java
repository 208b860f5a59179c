package dev.paddock.sandbox.confine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;

/**
 * Keeps the jars of the class path open in the cache of the {@code jar:} protocol. The class loader
 * has them open for classes, but opens them anew for resources, which a confined process may not:
 * without this, the engine's messages and the data of languages could not be read any more.
 */
public final class OpenJars {

  private OpenJars() {}

  /** Opens each for good, by reading what every jar has. */
  public static void keep() {
    try {
      for (URL manifest :
          Collections.list(ClassLoader.getSystemResources("META-INF/MANIFEST.MF"))) {
        try (InputStream in = manifest.openStream()) {
          in.readAllBytes();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
