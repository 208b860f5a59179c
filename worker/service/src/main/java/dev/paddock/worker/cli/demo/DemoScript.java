package dev.paddock.worker.cli.demo;

import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.Limits;
import dev.paddock.schemas.ScriptKind;
import dev.paddock.schemas.TrustedContracts;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One of the demo's scripts.
 *
 * @param every runs over every so many records; 0 for one that runs over none
 * @param hostile whether it means harm; it then runs for a stranger and under tighter limits
 * @param limits null for the worker's defaults
 */
public record DemoScript(InlineScript script, int every, boolean hostile, @Nullable Limits limits) {

  /** The label that a result's script is known by. */
  static final String LABEL = "script";

  static {
    TrustedContracts.trust();
  }

  /** What a user would run. */
  static final List<DemoScript> HONEST =
      List.of(honest("alert-rule.js", 1), honest("enrich.mjs", 2), honest("station-check.js", 3));

  /** Each runs a few times, between the honest ones. */
  static final List<DemoScript> HOSTILE =
      List.of(
          hostile("endless-loop.js", stranger().build()),
          hostile("giant-number.js", stranger().build()),
          // Collecting its garbage costs CPU time too, and the heap is what is to be shown.
          hostile("memory-bomb.js", stranger().setCpuMillis(5_000L).build()),
          hostile("output-bomb.js", stranger().setCpuMillis(1_000L).build()),
          hostile("reach-java.js", stranger().setCpuMillis(1_000L).build()),
          hostile("never-settles.mjs", stranger().build()));

  /** The file's name. */
  public String name() {
    return script.getName();
  }

  /** Whether it runs over this record, counted from 0. */
  boolean runsOver(int record) {
    return every > 0 && record % every == 0;
  }

  /** A request to run it over this input. */
  ExecutionRequest.Builder request(String input) {
    return ExecutionRequest.newBuilder()
        .setTenant(hostile ? "stranger" : "seismology")
        .setScript(script)
        .setInput(input)
        .setLimits(limits)
        .setLabels(Map.of(LABEL, name()));
  }

  private static DemoScript honest(String name, int every) {
    return new DemoScript(read(name, name), every, false, null);
  }

  private static DemoScript hostile(String name, Limits limits) {
    return new DemoScript(read(name, "hostile/" + name), 0, true, limits);
  }

  private static Limits.Builder stranger() {
    return Limits.newBuilder()
        .setCpuMillis(250L)
        .setWallMillis(10_000L)
        .setHeapBytes(16L << 20)
        .setOutputBytes(64L << 10);
  }

  private static InlineScript read(String name, String resource) {
    try (InputStream in =
        Objects.requireNonNull(DemoScript.class.getResourceAsStream(resource), resource)) {
      return InlineScript.newBuilder()
          .setName(name)
          .setKind(name.endsWith(".mjs") ? ScriptKind.MODULE : ScriptKind.SCRIPT)
          .setSource(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException("The demo's script " + resource + " cannot be read", e);
    }
  }
}
