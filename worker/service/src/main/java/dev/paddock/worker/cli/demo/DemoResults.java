package dev.paddock.worker.cli.demo;

import dev.paddock.schemas.ExecutionError;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.worker.cli.batch.Sink;
import dev.paddock.worker.cli.batch.Tally;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What came of the demo's executions, by script. */
public final class DemoResults implements Sink {

  private final Map<String, Tally> tallies = new HashMap<>();
  private final Map<String, ExecutionError> errors = new HashMap<>();
  private final Runnable step;
  private @Nullable String enriched;

  /**
   * Collects.
   *
   * @param step called for each result
   */
  public DemoResults(Runnable step) {
    this.step = step;
  }

  @Override
  public void result(long line, ExecutionResult result) {
    String script = result.getLabels().getOrDefault(DemoScript.LABEL, "");
    ExecutionError error = result.getError();
    tally(script)
        .add(
            result.getStatus(),
            error == null ? "" : error.getName(),
            result.getUsage().getQueueMicros(),
            result.getUsage().getCpuMicros(),
            result.getUsage().getWallMicros());
    if (error != null) {
      errors.putIfAbsent(script, error);
    }
    if (enriched == null
        && script.equals("enrich.mjs")
        && result.getStatus() == ExecutionStatus.SUCCEEDED) {
      enriched = result.getOutput();
    }
    step.run();
  }

  @Override
  public void rejected(long line, String executionId, String message) {
    tally("").add(ExecutionStatus.REJECTED, "MALFORMED_REQUEST", 0, 0, 0);
    step.run();
  }

  /** How a script's executions ended. */
  Tally tally(String script) {
    return tallies.computeIfAbsent(script, _ -> new Tally());
  }

  /** The first error of a script, or null where there was none. */
  @Nullable ExecutionError error(String script) {
    return errors.get(script);
  }

  /** The first output of the enrichment, or null. */
  @Nullable String enriched() {
    return enriched;
  }
}
