package dev.paddock.worker.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EffectiveValuesTest {

  @TempDir private Path folder;

  private static EffectiveValue of(List<EffectiveValue> values, String key) {
    return values.stream().filter(one -> one.key().equals(key)).findFirst().orElseThrow();
  }

  private static EffectiveValue set(String key, String value, String origin) {
    return new EffectiveValue(key, value, origin, false, false);
  }

  @Test
  void eachValueHasTheOriginThatPrevails() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("here.yaml"),
            """
            # a worker
            pool: {size: 2,
              spares: 3}
            intake:
              group: from-file
            kafka.bootstrap.servers: "broker:9092"
            kafka:
              producer:
                "linger.ms": 7
            """);
    List<EffectiveValue> values =
        EffectiveValues.read(
            file, Map.of("PADDOCK_INTAKE_GROUP", "from-variable"), List.of("pool.size=4"));

    assertEquals(set("pool.size", "4", "--set"), of(values, "pool.size"));
    assertEquals(
        set("intake.group", "from-variable", "PADDOCK_INTAKE_GROUP"), of(values, "intake.group"));
    assertEquals(set("pool.spares", "3", file + ":3"), of(values, "pool.spares"));
    assertEquals(
        set("kafka.bootstrap.servers", "broker:9092", file + ":6"),
        of(values, "kafka.bootstrap.servers"));
    assertEquals(
        set("kafka.producer.linger.ms", "7", file + ":9"), of(values, "kafka.producer.linger.ms"));
    assertEquals(
        new EffectiveValue("intake.drain.ms", "20000", "default", true, false),
        of(values, "intake.drain.ms"));
    assertEquals(
        new EffectiveValue("management.address", null, "default", true, false),
        of(values, "management.address"));
    assertEquals(
        "default: all but one while there are other tenants",
        of(values, "dispatch.tenant.max.concurrent").origin());
  }

  @Test
  void everyKeyIsThereOnce() {
    List<String> keys =
        EffectiveValues.read(null, Map.of(), List.of()).stream().map(EffectiveValue::key).toList();
    assertEquals(Settings.ALL.stream().map(Setting::name).toList(), keys);
  }

  @Test
  void aDefaultThatAShareGroupCannotKeepIsShownAsWhatHoldsInstead() throws IOException {
    Path script = Files.writeString(folder.resolve("a.mjs"), "export default (x) => x;");
    List<EffectiveValue> values =
        EffectiveValues.read(
            null,
            Map.of(),
            List.of(
                "intake.mode=share-group",
                "pipelines.a.from=in",
                "pipelines.a.to=out",
                "pipelines.a.script.file=" + script));
    assertEquals(
        new EffectiveValue(
            "delivery.guarantee",
            "at-least-once",
            "default: with intake.mode share-group",
            true,
            false),
        of(values, "delivery.guarantee"));
    assertEquals("none", of(values, "pipelines.a.ordering").value());
    assertEquals(set("pipelines.a.to", "out", "--set"), of(values, "pipelines.a.to"));
    assertEquals(
        "default: limits.default.cpu.ms", of(values, "pipelines.a.limits.cpu.ms").origin());
  }

  @Test
  void noSecretIsAmongThem() {
    List<String> keys =
        List.of(
            "registry.password",
            "registry.ssl.truststore.password",
            "registry.ssl.keystore.password",
            "kafka.sasl.jaas.config",
            "kafka.ssl.key.password",
            "kafka.ssl.keystore.key",
            "kafka.consumer.ssl.keystore.password",
            "kafka.sasl.oauthbearer.assertion.private.key.passphrase",
            "kafka.interceptor.api.key");
    List<EffectiveValue> values =
        EffectiveValues.read(
            null,
            Map.of(
                "PADDOCK_KAFKA_PRODUCER_SASL_OAUTHBEARER_CLIENT_CREDENTIALS_CLIENT_SECRET",
                "hunter2"),
            Stream.concat(
                    Stream.of("registry.username=me", "kafka.plugin.url=http://me:hunter2@there/x"),
                    keys.stream().map(key -> key + "=hunter2"))
                .toList());
    for (String key : keys) {
      assertEquals(new EffectiveValue(key, "(hidden)", "--set", false, true), of(values, key));
    }
    assertEquals("http://(hidden)@there/x", of(values, "kafka.plugin.url").value());
    assertFalse(values.toString().contains("hunter2"), values.toString());
  }

  @Test
  void whatAWorkerRefusesIsRefused() {
    List<String> problems =
        assertThrows(
                ConfigurationException.class,
                () -> EffectiveValues.read(null, Map.of("PADDOCK_POOL_SIZ", "1"), List.of()))
            .problems();
    assertTrue(problems.toString().contains("did you mean pool.size?"), problems.toString());
  }
}
