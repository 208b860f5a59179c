package dev.paddock.worker;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** Which Paddock this is, as the build wrote it down. */
public final class Release {

  private static final String FILE = "release.properties";

  private static final Properties WRITTEN = read();

  /** Paddock's version, such as 0.1.0. */
  public static final String VERSION = value("version");

  /** The version of GraalJS in its sandboxes. */
  public static final String GRAALJS_VERSION = value("graaljs");

  private Release() {}

  private static Properties read() {
    Properties written = new Properties();
    try (InputStream in = Release.class.getResourceAsStream(FILE)) {
      written.load(Objects.requireNonNull(in, FILE));
      return written;
    } catch (IOException e) {
      throw new UncheckedIOException(FILE + " cannot be read", e);
    }
  }

  private static String value(String key) {
    return Objects.requireNonNull(WRITTEN.getProperty(key), key);
  }
}
