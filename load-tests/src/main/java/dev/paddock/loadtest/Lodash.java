package dev.paddock.loadtest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** A library that users' scripts often bring along. */
final class Lodash {

  private Lodash() {}

  /**
   * A module with the library as {@code _}, as a bundler would make it of the file that it is
   * published as.
   *
   * @param rest what comes behind it
   */
  static String module(String rest) throws IOException {
    try (InputStream in = Lodash.class.getResourceAsStream("/lodash/lodash.min.js")) {
      byte[] lodash = Objects.requireNonNull(in, "lodash").readAllBytes();
      return """
      const exports = {}, module = { exports };
      %s
      const _ = module.exports;
      %s"""
          .formatted(new String(lodash, UTF_8), rest);
    }
  }
}
