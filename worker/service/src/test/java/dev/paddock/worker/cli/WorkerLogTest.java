package dev.paddock.worker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.paddock.local.LocalServices;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.Limits;
import dev.paddock.schemas.ScriptKind;
import dev.paddock.schemas.SourcePosition;
import dev.paddock.worker.app.Scene;
import dev.paddock.worker.app.SharedServices;
import dev.paddock.worker.cli.Cli.Ended;
import dev.paddock.worker.cli.Cli.Running;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a worker's process writes to standard error. */
@ExtendWith(SharedServices.class)
class WorkerLogTest {

  private static final String PASSWORD = "m4rker";

  /** A line of a log, in either format, and what a terminal would obey. */
  private static final String HOSTILE =
      "guest\n{\"time\":\"2026\",\"level\":\"ERROR\",\"logger\":\"forged\",\"message\":\"forged\"}\r\n"
          + "2026-01-01T00:00:00.000Z ERROR [main] Worker: forged\u001b[2J\u009b1m\u2028\u202e";

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private final LocalServices services;

  WorkerLogTest(LocalServices services) {
    this.services = services;
  }

  @Test
  void eachLineIsJsonWhateverScriptsSayAndHasNoSecret() throws Exception {
    Map<String, String> more =
        Map.of(
            "log.format",
            "json",
            "registry.username",
            "me",
            "registry.password",
            PASSWORD,
            "kafka.ssl.truststore.password",
            PASSWORD,
            "kafka.sasl.jaas.config",
            "login.Module required password=\"" + PASSWORD + "\";");
    try (Scene scene =
        new Scene(services.broker().bootstrapServers(), services.registry().url(), Map.of())) {
      Running worker = new Cli(folder).start(Map.of(), command(scene.settings("logger", more)));
      String text = new ObjectMapper().writeValueAsString(HOSTILE);
      send(scene, HOSTILE, "console.error(%s); 10n ** 50000000n".formatted(text));
      send(scene, "thrower", "console.log(%1$s); throw new Error(%1$s)".formatted(text));
      List<ExecutionResult> results =
          scene.results(2).stream().map(entry -> entry.value()).toList();
      worker.signal("TERM");
      Ended ended = worker.await();

      assertEquals(143, ended.exitCode(), ended.err());
      assertEquals("", ended.out());
      List<JsonNode> lines = parsed(ended);
      JsonNode kill =
          lines.stream()
              .filter(line -> line.path("message").asText().startsWith("A sandbox was killed"))
              .findFirst()
              .orElseThrow(() -> new AssertionError(ended.err()));
      assertEquals(HOSTILE, kill.path("executionId").asText());
      assertEquals(positionOf(HOSTILE, results), kill.path("position").asText());
      assertTrue(
          lines.getLast().path("message").asText().startsWith("Worker logger has stopped"),
          ended.err());
      for (JsonNode line : lines) {
        assertFalse(line.path("message").asText().contains("guest"), line.toString());
        assertFalse(line.path("logger").asText().equals("forged"), line.toString());
      }
      assertFalse(ended.err().contains(PASSWORD), ended.err());
    }
  }

  @Test
  void whyAWorkerDoesNotStartIsJsonToo() throws Exception {
    Ended ended =
        new Cli(folder)
            .run(
                command(
                    Map.of(
                        "log.format", "json",
                        "kafka.bootstrap.servers", "127.0.0.1:1",
                        "kafka.admin.default.api.timeout.ms", "1000",
                        "kafka.admin.request.timeout.ms", "500")));
    assertEquals(1, ended.exitCode(), ended.err());
    JsonNode last = parsed(ended).getLast();
    assertEquals("ERROR", last.path("level").asText());
    assertTrue(last.path("message").asText().contains("check kafka.bootstrap.servers"));
  }

  private static String[] command(Map<String, String> settings) {
    List<String> command = new ArrayList<>(List.of("worker"));
    settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
    return command.toArray(String[]::new);
  }

  private static void send(Scene scene, String id, String source) {
    scene.send(
        Scene.request(id, source)
            .setTenant(HOSTILE)
            .setScript(new InlineScript(HOSTILE, ScriptKind.SCRIPT, source, Map.of()))
            .setLimits(Limits.newBuilder().setCpuMillis(200L).build())
            .build());
  }

  private static List<JsonNode> parsed(Ended ended) throws JsonProcessingException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : ended.err().lines().toList()) {
      assertFalse(line.matches(".*[\\p{Cntrl}\\u0080-\\u009f\\u2028\\u202e].*"), line);
      JsonNode json = new ObjectMapper().readTree(line);
      for (String member : List.of("time", "level", "logger", "thread", "message")) {
        assertTrue(json.path(member).isTextual(), member + " in " + line);
      }
      lines.add(json);
    }
    return lines;
  }

  private static String positionOf(String id, List<ExecutionResult> results) {
    return results.stream()
        .filter(result -> result.getExecutionId().equals(id))
        .map(ExecutionResult::getSource)
        .map(WorkerLogTest::text)
        .findFirst()
        .orElseThrow();
  }

  private static String text(SourcePosition source) {
    return source.getTopic() + "-" + source.getPartition() + "-" + source.getOffset();
  }
}
