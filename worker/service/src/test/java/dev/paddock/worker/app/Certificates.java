package dev.paddock.worker.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A key with its certificate for 127.0.0.1, a truststore that vouches for it, and one that vouches
 * for another only, made by the JDK's keytool.
 */
record Certificates(Path keystore, Path truststore, Path otherTruststore) {

  static final String PASSWORD = "st0re-secret";

  static Certificates make(Path folder) throws IOException {
    Path keys = folder.resolve("keys.p12");
    Path other = folder.resolve("other-keys.p12");
    generate(keys);
    generate(other);
    Path certificate = folder.resolve("certificate.der");
    Path trust = folder.resolve("trust.p12");
    keytool(keys, "-exportcert", "-file", certificate.toString());
    keytool(trust, "-importcert", "-noprompt", "-file", certificate.toString());
    return new Certificates(keys, trust, other);
  }

  private static void generate(Path keys) throws IOException {
    keytool(
        keys,
        "-genkeypair",
        "-keyalg",
        "EC",
        "-dname",
        "CN=" + keys.getFileName(),
        "-ext",
        "SAN=ip:127.0.0.1");
  }

  private static void keytool(Path store, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-J-XX:+UseSerialGC", "-J-XX:TieredStopAtLevel=1"));
    command.addAll(List.of(arguments));
    command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12"));
    command.addAll(List.of("-alias", "broker", "-storepass", PASSWORD));
    Process keytool =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(store.resolveSibling("keytool.log").toFile())
            .start();
    if (keytool.onExit().join().exitValue() != 0) {
      throw new IllegalStateException("keytool failed: " + command);
    }
  }
}
