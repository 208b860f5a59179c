package dev.paddock.worker.dispatch;

import dev.paddock.worker.Execution;
import dev.paddock.worker.NamedScripts;
import dev.paddock.worker.Outcome;
import dev.paddock.worker.config.DispatchConfig;
import dev.paddock.worker.config.LimitsConfig;
import dev.paddock.worker.pool.SandboxPool;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs single executions as a worker would, at a moment of the caller's choice and with scripts of
 * the caller's: nothing waits for its turn, and no script for being put. For any thread; as many
 * may call at once as the pool has sandboxes.
 */
public final class Rerun {

  private final SandboxPool pool;
  private final DispatchConfig config;
  private final LimitsConfig limits;
  private final AtomicLong lastNumber = new AtomicLong();

  /**
   * @param pool closed by who made it
   */
  public Rerun(SandboxPool pool, DispatchConfig config, LimitsConfig limits) {
    this.pool = pool;
    this.config = config.withScriptWait(Duration.ZERO);
    this.limits = limits;
  }

  /**
   * Runs an execution, unless it is one that a worker refuses.
   *
   * @param scripts where those are that a request names
   * @param at when it is looked whether the request's deadline has passed; the script's own clock
   *     starts at the record's timestamp, as always
   */
  public Outcome run(Execution execution, NamedScripts scripts, Instant at)
      throws InterruptedException {
    Clock clock = Clock.fixed(at, ZoneOffset.UTC);
    Admission admission =
        new Admission(limits, scripts, config, clock, lastNumber::incrementAndGet);
    return switch (admission.decide(execution)) {
      case Admission.Decision.Refused(Outcome.Rejected outcome) -> outcome;
      case Admission.Decision.Admitted admitted ->
          Runs.outcome(execution, admitted.script(), pool.run(admitted.task()), clock);
      case Admission.Decision.Undecided _ ->
          throw new IllegalStateException("Nothing waits for a script here");
    };
  }
}
