package dev.paddock.worker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.paddock.worker.LogKeys;
import dev.paddock.worker.Position;
import dev.paddock.worker.config.LogFormat;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class LogLineTest {

  /** A line of its own, a terminal's command in one byte and in two, and letters turned round. */
  private static final String HOSTILE =
      "a\n2026-01-01T00:00:00Z ERROR [main] Worker: forged\r\u001b[2J\u009b2J\u2028\u202eb\"\\";

  private static final String HARMLESS =
      "a\\n2026-01-01T00:00:00Z ERROR [main] Worker: forged\\r\\u001b[2J\\u009b2J\\u2028\\u202eb";

  private static final Instant NOON = Instant.parse("2026-11-26T12:00:00.125Z");

  private static LoggingEvent event(String message, @Nullable Throwable failure) {
    LoggingEvent event = bare(message, failure);
    event.setMDCPropertyMap(Map.of());
    return event;
  }

  private static LoggingEvent bare(String message, @Nullable Throwable failure) {
    LoggingEvent event =
        new LoggingEvent(
            LogLineTest.class.getName(),
            new LoggerContext().getLogger("dev.paddock.worker.pool.SandboxPool"),
            Level.WARN,
            message,
            failure,
            null);
    event.setInstant(NOON);
    event.setThreadName("runner-0");
    return event;
  }

  private static LoggingEvent named(String message) {
    LoggingEvent event = bare(message, null);
    event.setMDCPropertyMap(
        Map.of(LogKeys.POSITION, "t-0-7", LogKeys.EXECUTION_ID, "of the thread's"));
    event.setKeyValuePairs(List.of(new KeyValuePair(LogKeys.EXECUTION_ID, HOSTILE)));
    return event;
  }

  private static JsonNode json(LoggingEvent event) throws JsonProcessingException {
    String line = new LogLine().line(event, LogFormat.JSON);
    assertEquals(1, line.lines().count(), line);
    assertFalse(
        line.stripTrailing().matches("(?s).*[\\p{Cntrl}\\u0080-\\u009f\\u2028\\u202e].*"), line);
    return new ObjectMapper().readTree(line);
  }

  @Test
  void aLineOfTextIsOneLineWhateverIsInIt() {
    String line = new LogLine().line(named("It said " + HOSTILE), LogFormat.TEXT);
    assertTrue(
        line.matches(
            "2026-11-2[567]T\\d\\d:\\d\\d:00\\.125[Z+-].* WARN  \\[runner-0] SandboxPool: .*\n"),
        line);
    assertTrue(line.contains("SandboxPool: It said " + HARMLESS + "\"\\ "), line);
    assertTrue(line.contains(" executionId=\"" + HARMLESS + "\\\"\\\\\""), line);
    assertTrue(line.contains(" position=t-0-7"), line);
  }

  @Test
  void aLineOfJsonHasEverythingAsItIs() throws JsonProcessingException {
    JsonNode line = json(named("It said " + HOSTILE));
    assertEquals(NOON.toString(), line.path("time").asText());
    assertEquals("WARN", line.path("level").asText());
    assertEquals("dev.paddock.worker.pool.SandboxPool", line.path("logger").asText());
    assertEquals("runner-0", line.path("thread").asText());
    assertEquals("It said " + HOSTILE, line.path("message").asText());
    assertEquals(HOSTILE, line.path("executionId").asText());
    assertEquals("t-0-7", line.path("position").asText());
    assertEquals(7, line.size());
  }

  @Test
  void ofATraceOnlyTheFirstLineIsAtTheMargin() throws JsonProcessingException {
    LoggingEvent event = event("It failed", new IllegalStateException(HOSTILE));
    List<String> lines = new LogLine().line(event, LogFormat.TEXT).lines().toList();
    assertTrue(lines.size() > 3, lines.toString());
    assertTrue(lines.stream().skip(1).allMatch(line -> line.startsWith("    ")), lines.toString());
    assertTrue(lines.stream().noneMatch(line -> line.contains("\u001b")), lines.toString());
    assertTrue(json(event).path("error").asText().contains(HOSTILE));
  }

  @Test
  void aBriefLineHasNeitherTimeNorThread() {
    LogLine brief = new LogLine();
    brief.setBrief(true);
    LoggingEvent event = event("It failed", null);
    event.setKeyValuePairs(List.of(new KeyValuePair(LogKeys.POSITION, new Position("u", 1, 2))));
    assertEquals("WARN SandboxPool: It failed position=u-1-2\n", brief.line(event, LogFormat.TEXT));
  }
}
