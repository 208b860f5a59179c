package dev.paddock.worker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.paddock.worker.cli.InProcess.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigCommandTest {

  private static final String MARKER = "m4rker";

  @TempDir private Path folder;

  private static Ended config(Map<String, String> settings, String... arguments) {
    return InProcess.run(settings, List.of("config"), List.of(arguments));
  }

  @Test
  void whatIsChangedIsShownWithItsOriginAndNoSecret() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("a.yaml"),
            """
            pool.size: 7
            registry:
              username: me
              password: %1$s
            kafka:
              sasl.jaas.config: >-
                org.apache.kafka.common.security.scram.ScramLoginModule required
                username="me" password="%1$s";
              ssl.truststore.password: %1$s
            """
                .formatted(MARKER));
    Ended ended =
        config(Map.of("intake.group", "orders"), "--changed", "--config", file.toString());
    assertEquals(0, ended.exitCode(), ended.err());
    List<List<String>> rows =
        ended.out().lines().map(line -> List.of(line.strip().split(" {2,}", -1))).toList();
    assertEquals(
        List.of(
            List.of("KEY", "VALUE", "FROM"),
            List.of("kafka.sasl.jaas.config", "(hidden)", file + ":6"),
            List.of("kafka.ssl.truststore.password", "(hidden)", file + ":9"),
            List.of("registry.username", "me", file + ":3"),
            List.of("registry.password", "(hidden)", file + ":4"),
            List.of("intake.group", "orders", "--set"),
            List.of("pool.size", "7", file + ":1")),
        rows);
    assertFalse((ended.out() + ended.err()).contains(MARKER), ended.out());
  }

  @Test
  void programsGetJson() throws IOException {
    Ended ended =
        config(
            Map.of("registry.username", "me", "registry.password", MARKER),
            "--format",
            "json",
            "registry.pass",
            "pool.spares",
            "management.address");
    assertEquals(0, ended.exitCode(), ended.err());
    JsonNode expected =
        new ObjectMapper()
            .readTree(
                """
                [{"key":"registry.password","value":"(hidden)","origin":"--set",
                  "default":false,"secret":true},
                 {"key":"pool.spares","value":"1","origin":"default",
                  "default":true,"secret":false},
                 {"key":"management.address","value":null,"origin":"default",
                  "default":true,"secret":false}]
                """);
    assertEquals(expected, new ObjectMapper().readTree(ended.out()));
  }

  @Test
  void aValueStaysOnItsLine() {
    Ended ended = config(Map.of("kafka.plugin.note", "a\npool.size  9\u001b[2J"), "plugin");
    assertEquals(2, ended.out().lines().count(), ended.out());
    assertTrue(ended.out().contains("a\\npool.size  9�[2J"), ended.out());
  }

  @Test
  void whatAWorkerWouldRefuseIsRefusedInTheSameWords() {
    Ended ended = config(Map.of("pool.siz", "2", "registry.password", MARKER));
    assertEquals(2, ended.exitCode(), ended.out());
    assertEquals("", ended.out());
    assertTrue(
        ended.err().contains("pool.siz (from --set) is unknown; did you mean pool.size?"),
        ended.err());
    assertFalse(ended.err().contains(MARKER), ended.err());
  }

  @Test
  void aPartThatNoKeyHasIsAMistake() {
    Ended ended = config(Map.of(), "pool.seize");
    assertEquals(2, ended.exitCode(), ended.out());
    assertTrue(ended.err().contains("did you mean pool.size?"), ended.err());
  }
}
