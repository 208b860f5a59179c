package dev.paddock.worker.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.schemas.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {

  @TempDir private Path folder;

  private Path yaml(String text) throws IOException {
    return Files.writeString(folder.resolve("test.yaml"), text);
  }

  private static List<String> problems(Path file, Map<String, String> environment, String... sets) {
    return assertThrows(
            ConfigurationException.class,
            () -> Configuration.read(file, environment, List.of(sets)))
        .problems();
  }

  private static List<String> problemsOf(Map<String, String> values) {
    return assertThrows(ConfigurationException.class, () -> Configuration.of(values)).problems();
  }

  @Test
  void theCommandLineGoesBeforeTheEnvironmentBeforeTheFileBeforeTheDefaults() throws IOException {
    Path file =
        yaml(
            """
            pool:
              size: 2
            intake:
              group: from-file
              max.in.flight: 20
            topics.requests: from-file
            """);
    Configuration configuration =
        Configuration.read(
            file,
            Map.of("PADDOCK_POOL_SIZE", "3", "PADDOCK_INTAKE_GROUP", "from-environment"),
            List.of("pool.size=4"));

    assertEquals(4, configuration.pool().size());
    assertEquals("from-environment", configuration.intake().group());
    assertEquals(20, configuration.intake().maxInFlight());
    assertEquals("from-file", configuration.topics().requests());
    assertEquals("paddock.results", configuration.topics().results());
    assertEquals(Duration.ofSeconds(1), configuration.intake().commitInterval());
  }

  @Test
  void sizesMayHaveUnits() {
    Configuration configuration =
        Configuration.of(
            Map.of(
                "limits.default.heap.bytes", "48MiB",
                "limits.default.input.bytes", "2048",
                "limits.ceiling.source.bytes", "2 MiB"));

    assertEquals(48L << 20, configuration.limits().defaults().heapBytes());
    assertEquals(2048, configuration.limits().defaults().inputBytes());
    assertEquals(2 << 20, configuration.limits().ceilings().sourceBytes());
  }

  @Test
  void tenantsMayHaveWeights() {
    assertEquals(
        Map.of("gold", 4, "a=b", 2),
        Configuration.of(Map.of("dispatch.tenant.weights", "gold=4, a=b = 2"))
            .dispatch()
            .weights());
    for (String wrong : List.of("gold", "gold=0", "gold=1001", "=1", "gold=1,gold=2", "a=1,")) {
      assertEquals(
          List.of(
              "dispatch.tenant.weights is '"
                  + wrong
                  + "' (from code); it must be tenants, each once and with a weight from 1 to 1000,"
                  + " such as gold=4,free=1"),
          problemsOf(Map.of("dispatch.tenant.weights", wrong)));
    }
  }

  @Test
  void kafkaPropertiesReachTheClientsTheyAreFor() throws IOException {
    Path file =
        yaml(
            """
            kafka:
              bootstrap.servers: broker:9093
              security.protocol: PLAINTEXT
              producer:
                linger.ms: 7
                security.protocol: SSL
              consumer.max.poll.records: 11
              interceptor.of.mine: yes please
            """);
    KafkaConfig kafka =
        Configuration.read(
                file,
                Map.of("PADDOCK_KAFKA_PRODUCER_BATCH_SIZE", "99"),
                List.of("kafka.linger.ms=5"))
            .kafka();

    assertEquals(
        Map.of(
            "bootstrap.servers", "broker:9093",
            "security.protocol", "PLAINTEXT",
            "max.poll.records", "11",
            "interceptor.of.mine", "yes please"),
        kafka.consumer());
    assertEquals(
        Map.of(
            "bootstrap.servers", "broker:9093",
            "security.protocol", "SSL",
            "linger.ms", "7",
            "batch.size", "99",
            "interceptor.of.mine", "yes please"),
        kafka.producer());
    assertEquals(
        Map.of(
            "bootstrap.servers", "broker:9093",
            "security.protocol", "PLAINTEXT",
            "interceptor.of.mine", "yes please"),
        kafka.admin());
  }

  @Test
  void allErrorsAreReportedTogetherWithKeyValueOriginAndWhatIsAllowed() throws IOException {
    Path file = yaml("pool:\n  size: many\n");
    List<String> problems =
        problems(
            file,
            Map.of("PADDOCK_INTAKE_PROTOCOL", "share", "PADDOCK_KAFKA_PRODUCER_LINGER_MS", "soon"),
            "limits.default.cpu.ms=0",
            "nonsense");

    assertEquals(
        List.of(
            "--set needs key=value, for example --set pool.size=4",
            "kafka.producer.linger.ms is 'soon' (from PADDOCK_KAFKA_PRODUCER_LINGER_MS); Kafka wants"
                + " LONG, [0,...]",
            "intake.protocol is 'share' (from PADDOCK_INTAKE_PROTOCOL); it must be consumer or"
                + " classic",
            "pool.size is 'many' (from %s:2); it must be a whole number from 1 to 1024"
                .formatted(file),
            "limits.default.cpu.ms is '0' (from --set); it must be a whole number from 1 to 86400000,"
                + " in ms"),
        problems);
  }

  @Test
  void anUnknownKeyIsAnErrorThatNamesTheNearestOne() throws IOException {
    Path file = yaml("pol:\n  size: 2\n");

    assertEquals(
        List.of(
            "intake.grup (from PADDOCK_INTAKE_GRUP) is unknown; did you mean intake.group?",
            "pol.size (from %s:2) is unknown; did you mean pool.size?".formatted(file),
            "topics.request (from --set) is unknown; did you mean topics.requests?",
            "kafka.security.protcol (from --set) is unknown; did you mean kafka.security.protocol?"),
        problems(
            file,
            Map.of("PADDOCK_INTAKE_GRUP", "x", "PADDOCK_SERVICE_HOST", "10.0.0.1"),
            "topics.request=x",
            "kafka.security.protcol=SSL"));
  }

  @Test
  void propertiesThatPaddockOwnsAreRefusedWithTheKeyToUse() {
    assertEquals(
        List.of("kafka.consumer.group.id (from code) is Paddock's own: set intake.group instead"),
        problemsOf(Map.of("kafka.consumer.group.id", "mine")));
    assertTrue(
        problemsOf(Map.of("kafka.enable.auto.commit", "true"))
            .getFirst()
            .contains("intake.commit.interval.ms"));
    assertTrue(
        problemsOf(Map.of("kafka.value.deserializer", "x"))
            .getFirst()
            .contains("serialization.deserializer"));
    String isolation =
        problemsOf(Map.of("kafka.consumer.isolation.level", "read_uncommitted")).getFirst();
    assertTrue(isolation.contains("requests of transactions that were aborted"), isolation);
  }

  @Test
  void aShareGroupIsAtLeastOnceWithoutOrderAndSaysSo() {
    Configuration configuration = Configuration.of(Map.of("intake.mode", "share-group"));
    assertEquals(Guarantee.AT_LEAST_ONCE, configuration.delivery().guarantee());
    assertTrue(configuration.intake().shared());

    assertEquals(
        List.of(
            "intake.instance.id is a (from code); with intake.mode share-group it must be left out,"
                + " since a share group has no static members. Leave it out, or set intake.mode to"
                + " partitions",
            "ordering is key (from code); with intake.mode share-group it must be none, since a"
                + " share group keeps no order. Leave it out, or set intake.mode to partitions",
            "delivery.guarantee is exactly-once (from code); with intake.mode share-group it"
                + " must be at-least-once, since a share group has no transactions. Leave it out,"
                + " or set intake.mode to partitions"),
        problemsOf(
            Map.of(
                "intake.mode", "share-group",
                "intake.instance.id", "a",
                "ordering", "key",
                "delivery.guarantee", "exactly-once")));
  }

  @Test
  void aDefaultAboveItsCeilingIsRefused() {
    assertEquals(
        List.of(
            "limits.default.wall.ms is 5000 (from the default); it must not be above"
                + " limits.ceiling.wall.ms, which is 300 (from code)"),
        problemsOf(Map.of("limits.ceiling.wall.ms", "300")));
  }

  @Test
  void ceilingsThatDoNotFitIntoOneKafkaRecordAreRefused() {
    String problem = problemsOf(Map.of("limits.ceiling.output.bytes", "2MiB")).getFirst();
    assertTrue(problem.contains("limits.ceiling.output.bytes is 2097152"), problem);
    assertTrue(problem.contains("max.request.size, which is 1048576"), problem);

    Configuration roomy =
        Configuration.of(
            Map.of(
                "limits.ceiling.output.bytes",
                "2MiB",
                "kafka.producer.max.request.size",
                "4194304"));
    assertEquals(2L << 20, roomy.limits().ceilings().outputBytes());
  }

  @Test
  void secretsAreNeverPrinted() {
    String secret = "hunter2";
    Map<String, String> values =
        Map.of(
            "registry.username", "me",
            "registry.password", secret,
            "registry.ssl.keystore.password", secret,
            "kafka.sasl.jaas.config", "login required password=" + secret,
            "kafka.ssl.key.password", secret,
            "kafka.ssl.keystore.key", secret);
    Configuration configuration = Configuration.of(values);

    assertFalse(configuration.toString().contains(secret), configuration.toString());
    assertEquals(
        "me:" + secret, configuration.registry().serdeProperties().get("basic.auth.user.info"));
    String problem =
        problemsOf(
                Map.of(
                    "kafka.sasl.login.refresh.window.factor", "nan", "registry.password", secret))
            .toString();
    assertFalse(problem.contains(secret), problem);
    String address = "http://me:%s@and/@registry:8081".formatted(secret);
    problem = problemsOf(Map.of("registry.url", address)).toString();
    assertTrue(problem.contains("'http://(hidden)@registry:8081'"), problem);
    assertFalse(problem.contains(secret), problem);
  }

  @Test
  void whateverKafkaCallsAPasswordIsHidden() {
    for (ConfigDef definition :
        List.of(
            ConsumerConfig.configDef(),
            ProducerConfig.configDef(),
            AdminClientConfig.configDef())) {
      List<String> passwords =
          definition.configKeys().values().stream()
              .filter(key -> key.type() == ConfigDef.Type.PASSWORD)
              .map(key -> key.name)
              .toList();
      assertTrue(passwords.contains("sasl.jaas.config"), passwords.toString());
      for (String name : passwords) {
        // But for certificates, which are no secret whatever their type.
        assertTrue(
            name.contains("certificate") || Secret.isSecretName("kafka." + name),
            name + " must be hidden");
      }
    }
  }

  @Test
  void theRegistrysSettingsGoByConfluentsNames() {
    Map<String, Object> properties =
        Configuration.of(
                Map.of(
                    "registry.url", "https://registry:8443/apis/ccompat/v7",
                    "registry.ssl.truststore.location", "/etc/trust.p12",
                    "registry.ssl.truststore.password", "changeit",
                    "registry.ssl.keystore.type", "PKCS12"))
            .registry()
            .serdeProperties();

    assertEquals(
        Map.of(
            "schema.registry.url", "https://registry:8443/apis/ccompat/v7",
            "specific.avro.reader", true,
            "schema.registry.ssl.truststore.location", "/etc/trust.p12",
            "schema.registry.ssl.truststore.password", "changeit",
            "schema.registry.ssl.keystore.type", "PKCS12"),
        properties);
  }

  @Test
  void aClassThatIsNotThereOrNotOfItsKindIsRefused() {
    assertEquals(
        List.of(
            "serialization.serializer is 'no.such.Thing' (from code); there is no such class on the"
                + " class path",
            "serialization.deserializer is 'java.lang.String' (from code); it must be a class that"
                + " implements org.apache.kafka.common.serialization.Deserializer"),
        problemsOf(
            Map.of(
                "serialization.serializer", "no.such.Thing",
                "serialization.deserializer", "java.lang.String")));
  }

  @Test
  void aFileThatIsMissingOrNotYamlIsAnError() throws IOException {
    Path missing = folder.resolve("missing.yaml");
    assertTrue(problems(missing, Map.of()).getFirst().contains(missing.toString()));
    assertEquals(
        "The configuration file %s is not YAML: line 1, column 6: expected ',' or ']', but got <stream end>"
            .formatted(folder.resolve("test.yaml")),
        problems(yaml("a: [1"), Map.of()).getFirst());
    assertTrue(problems(yaml("[1, 2]"), Map.of()).getFirst().contains("keys with values"));
  }

  @Test
  void whatIsWrongWithAFileIsSaidWithoutWhatStandsInIt() throws IOException {
    for (String wrong :
        List.of("'hunter2", "*hunter2", "!hunter2 x", "hunter2: x: y", "\"\\hunter2\"")) {
      String problem =
          problems(yaml("registry:\n  username: me\n  password: " + wrong), Map.of()).toString();
      assertTrue(problem.contains("is not YAML: line 3, column "), problem);
      assertFalse(problem.contains("hunter2"), problem);
    }
  }

  @Test
  void aRequestsLimitsAreLoweredToTheCeilingAndFilledWithTheDefaults() {
    LimitsConfig limits =
        Configuration.of(Map.of("limits.ceiling.cpu.ms", "2000", "limits.default.wall.ms", "300"))
            .limits();

    assertEquals(limits.defaults(), limits.resolve(null));
    Limits asked = Limits.newBuilder().setCpuMillis(9999L).setAsyncOperations(1).build();
    assertEquals(2000, limits.resolve(asked).cpuMillis());
    assertEquals(300, limits.resolve(asked).wallMillis());
    assertEquals(1, limits.resolve(asked).asyncOperations());
    Limits wrong = Limits.newBuilder().setHeapBytes(0L).build();
    assertEquals(
        "limits.heapBytes is 0; it must be 1 or more, or null for the worker's default",
        assertThrows(IllegalArgumentException.class, () -> limits.resolve(wrong)).getMessage());
  }

  @Test
  void asMuchInputIsReadAsTheScriptMayAllow() {
    LimitsConfig limits =
        Configuration.of(
                Map.of("limits.default.input.bytes", "100", "limits.ceiling.input.bytes", "200"))
            .limits();

    assertEquals(100, limits.mostInputBytes(null, false));
    assertEquals(200, limits.mostInputBytes(null, true), "the catalog's script may allow it");
    Limits others = Limits.newBuilder().setCpuMillis(1L).build();
    assertEquals(100, limits.mostInputBytes(others, false));
    assertEquals(200, limits.mostInputBytes(others, true));
    for (boolean named : List.of(false, true)) {
      assertEquals(
          50, limits.mostInputBytes(Limits.newBuilder().setInputBytes(50L).build(), named));
      assertEquals(
          200, limits.mostInputBytes(Limits.newBuilder().setInputBytes(999L).build(), named));
    }
  }
}
