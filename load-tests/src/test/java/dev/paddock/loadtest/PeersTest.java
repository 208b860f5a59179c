package dev.paddock.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever is compared really runs, and what an attack does is seen. */
@Tag("long")
class PeersTest {

  private static final List<String> CONTENDERS =
      List.of("paddock", "vm-fresh/kafkajs", "vm-reused/platformatic", "identity");

  @TempDir private Path folder;

  @Test
  void contendersAreMeasuredAndAttacked() throws Exception {
    Path report = folder.resolve("report");
    List<String> lines =
        Launch.run(
            folder,
            "peers",
            "--contenders",
            String.join(",", CONTENDERS),
            "--scripts",
            "json",
            "--warm-up",
            "1",
            "--seconds",
            "1",
            "--executions",
            "60",
            "--partitions",
            "4",
            "--attacks",
            "endless-microtask,pollution,kill",
            "--work",
            Path.of("target", "peers-test").toString(),
            "--report",
            report.toString());
    String said = String.join("\n", lines);
    JsonNode result = new JsonMapper().readTree(report.resolve("result.json").toFile());
    JsonNode absent = result.path("absent");
    assertFalse(absent.has("paddock"), said);
    assumeTrue(absent.isEmpty(), () -> "left out on this machine: " + absent);

    assertEquals(CONTENDERS, texts(result.path("scores"), "contender"), said);
    for (JsonNode score : result.path("scores")) {
      assertTrue(score.path("perSecond").doubleValue() > 0, score.toString());
      assertEquals(
          score.path("contender").textValue().equals("identity"),
          score.path("microsAtHalf").isNull(),
          score.toString());
    }
    assertEquals("✓", lost(result, "paddock", "endless-microtask"), said);
    assertEquals("✓", lost(result, "paddock", "pollution"), said);
    assertEquals("✓", lost(result, "paddock", "kill"), said);
    assertEquals("✓", lost(result, "vm-fresh", "pollution"), said);
    assertEquals("died", lost(result, "vm-fresh", "kill"), said);
    assertEquals("wrong", lost(result, "vm-reused", "pollution"), said);
    assertTrue(said.contains("The script \"json\""), said);
  }

  private static String lost(JsonNode result, String contender, String attack) {
    return StreamSupport.stream(result.path("verdicts").spliterator(), false)
        .filter(one -> one.path("contender").textValue().equals(contender))
        .filter(one -> one.path("attack").textValue().equals(attack))
        .map(one -> one.path("lost").asText("✓"))
        .findFirst()
        .orElse("not tried");
  }

  private static List<String> texts(JsonNode all, String field) {
    return StreamSupport.stream(all.spliterator(), false)
        .map(one -> one.path(field).textValue())
        .toList();
  }
}
