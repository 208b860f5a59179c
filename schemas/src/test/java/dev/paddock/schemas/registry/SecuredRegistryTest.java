package dev.paddock.schemas.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.paddock.schemas.RegistryFront;
import dev.paddock.schemas.SharedRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.apache.avro.Schema;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Through a front that wants TLS and a password, as registries in the field do. */
class SecuredRegistryTest {

  private static final String STORE_PASSWORD = "st0re-secret";
  private static final String PASSWORD = "pass:wörd";
  private static final String AUTHORIZATION = "Basic " + base64("ann:" + PASSWORD);

  /** A busy machine may be slow where an answer is expected. */
  private static final int UNHURRIED_MILLIS = 30_000;

  private static final Schema SCHEMA = Schema.create(Schema.Type.STRING);

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private static Path folder;

  @BeforeAll
  static void makeCertificate() throws Exception {
    keytool("-genkeypair", "-keystore", keys(), "-keyalg", "EC", "-dname", "CN=localhost");
    keytool("-exportcert", "-keystore", keys(), "-file", certificate());
    keytool("-importcert", "-keystore", trust(), "-file", certificate(), "-noprompt");
  }

  @Test
  void theRightPasswordAndATrustedCertificateLetIn() throws Exception {
    try (RegistryFront front = front(false)) {
      Map<String, Object> properties = properties(front);
      properties.put("schema.registry.timeout.ms", UNHURRIED_MILLIS);
      try (RegistryClient client = SharedRegistry.client(properties)) {
        int id = client.register(SharedRegistry.topic(), SCHEMA);
        assertEquals(1, front.requests());
        assertEquals(SCHEMA, client.byId(id));
      }
    }
  }

  @Test
  void aWrongPasswordIsRefusedAtOnceAndNotShown() throws Exception {
    try (RegistryFront front = front(false)) {
      Map<String, Object> properties = properties(front);
      properties.put("basic.auth.user.info", "ann:guessed");
      properties.put("schema.registry.timeout.ms", UNHURRIED_MILLIS);
      try (RegistryClient client = SharedRegistry.client(properties)) {
        RegistryRefusedException e =
            assertThrows(RegistryRefusedException.class, () -> client.byId(1));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.contains("basic.auth.user.info"), message);
        assertTrue(message.contains("answers 401 401 Who are you"), message);
        assertFalse(message.contains("guessed"), message);
        assertEquals(1, front.requests());
      }
    }
  }

  @Test
  void aCertificateThatNobodyVouchesForIsNotTrusted() throws Exception {
    try (RegistryFront front = front(false)) {
      Map<String, Object> properties = properties(front);
      properties.keySet().removeIf(name -> name.startsWith("schema.registry.ssl."));
      properties.put("schema.registry.timeout.ms", UNHURRIED_MILLIS);
      try (RegistryClient client = SharedRegistry.client(properties)) {
        RegistryUnavailableException e =
            assertThrows(RegistryUnavailableException.class, () -> client.byId(1));
        assertTrue(String.valueOf(e.getMessage()).contains("PKIX"), e.getMessage());
        assertEquals(0, front.requests());
      }
    }
  }

  @Test
  void aRegistryThatWantsACertificateGetsTheOneOfTheKeystore() throws Exception {
    try (RegistryFront front = front(true)) {
      Map<String, Object> properties = properties(front);
      try (RegistryClient client = SharedRegistry.client(properties)) {
        assertThrows(RegistryUnavailableException.class, () -> client.byId(1));
        assertEquals(0, front.requests());
      }
      properties.put("schema.registry.ssl.keystore.location", keys());
      properties.put("schema.registry.ssl.keystore.password", STORE_PASSWORD);
      properties.put("schema.registry.ssl.keystore.type", "PKCS12");
      properties.put("schema.registry.timeout.ms", UNHURRIED_MILLIS);
      try (RegistryClient client = SharedRegistry.client(properties)) {
        assertTrue(client.register(SharedRegistry.topic(), SCHEMA) > 0);
      }
    }
  }

  @Test
  void secretsAreNotPrinted() {
    RegistrySettings settings =
        RegistrySettings.of(
            Map.of(
                "schema.registry.url", "https://h",
                "basic.auth.credentials.source", "USER_INFO",
                "basic.auth.user.info", "ann:" + PASSWORD));
    assertFalse(settings.toString().contains(PASSWORD), settings.toString());
    ConfigException e =
        assertThrows(
            ConfigException.class,
            () -> RegistrySettings.of(Map.of("schema.registry.url", "https://ann:secret@h")));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.contains("schema.registry.url"), message);
    assertFalse(message.contains("secret"), message);
  }

  @Test
  void aStoreThatIsNotThereIsNamed() {
    String missing = folder.resolve("missing.p12").toString();
    KafkaException e =
        assertThrows(
            KafkaException.class,
            () ->
                RegistrySettings.of(
                    Map.of(
                        "schema.registry.url", "https://h",
                        "schema.registry.ssl.truststore.location", missing,
                        "schema.registry.ssl.truststore.type", "PKCS12")));
    assertTrue(String.valueOf(e.getMessage()).contains(missing), e.getMessage());
  }

  private static Map<String, Object> properties(RegistryFront front) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("schema.registry.url", front.secureUrl());
    properties.put("schema.registry.timeout.ms", 2000);
    properties.put("basic.auth.credentials.source", "USER_INFO");
    properties.put("basic.auth.user.info", "ann:" + PASSWORD);
    properties.put("schema.registry.ssl.truststore.location", trust());
    properties.put("schema.registry.ssl.truststore.password", STORE_PASSWORD);
    properties.put("schema.registry.ssl.truststore.type", "PKCS12");
    return properties;
  }

  private static RegistryFront front(boolean wantsCertificate) throws Exception {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(serverContext()) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters tls = getSSLContext().getDefaultSSLParameters();
            tls.setNeedClientAuth(wantsCertificate);
            parameters.setSSLParameters(tls);
          }
        });
    return new RegistryFront(server, AUTHORIZATION);
  }

  /** The front trusts who has its own certificate. */
  private static SSLContext serverContext() {
    Map<String, String> properties = new HashMap<>(Map.of("schema.registry.url", "https://front"));
    for (String store : List.of("keystore", "truststore")) {
      String prefix = "schema.registry.ssl." + store;
      properties.put(prefix + ".location", store.equals("keystore") ? keys() : trust());
      properties.put(prefix + ".password", STORE_PASSWORD);
      properties.put(prefix + ".type", "PKCS12");
    }
    return Objects.requireNonNull(RegistrySettings.of(properties).tls());
  }

  private static void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-alias", "front", "-storepass", STORE_PASSWORD));
    if (arguments[0].equals("-genkeypair")) {
      command.addAll(List.of("-ext", "SAN=ip:127.0.0.1"));
    }
    Process keytool =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    assertTrue(keytool.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, keytool.exitValue(), () -> command.toString());
  }

  private static String keys() {
    return folder.resolve("keys.p12").toString();
  }

  private static String trust() {
    return folder.resolve("trust.p12").toString();
  }

  private static String certificate() {
    return folder.resolve("certificate.der").toString();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
