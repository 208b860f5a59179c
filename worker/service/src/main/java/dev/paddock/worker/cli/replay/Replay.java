package dev.paddock.worker.cli.replay;

import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.ViolationKind;
import dev.paddock.worker.Execution;
import dev.paddock.worker.Outcome;
import dev.paddock.worker.catalog.CatalogEditor;
import dev.paddock.worker.catalog.CatalogMissingException;
import dev.paddock.worker.catalog.ScriptVersions;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.PoolConfig;
import dev.paddock.worker.dispatch.Rerun;
import dev.paddock.worker.intake.Read;
import dev.paddock.worker.pool.SandboxCommand;
import dev.paddock.worker.pool.SandboxPool;
import dev.paddock.worker.publish.Results;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs requests again in sandboxes of this process, as many at once as pool.size says, and compares
 * what comes of them with their results. What is kept in memory is a bit for each record of the
 * period, and the results of the chosen requests up to a bound. For one thread.
 */
public final class Replay {

  /** Requests that are read ahead of those that run, for each sandbox. */
  private static final int AHEAD = 4;

  private final Configuration settings;
  private final Path home;
  private final Plan plan;
  private final Listener listener;
  private final long maxResultBytes;

  /**
   * What is to be done.
   *
   * @param script runs in place of the requests' own; null for those
   * @param logs whether what scripts log is compared too
   */
  public record Plan(Selection selection, @Nullable InlineScript script, boolean logs) {}

  /** What it is busy with. */
  public enum Phase {
    SEARCH,
    RESULTS,
    RUN
  }

  /** Is told how it goes, by the thread that runs it. */
  public interface Listener {

    /** Something begins that has so many steps at most. */
    void begin(Phase phase, long steps);

    /** One of the steps is done. */
    void step();

    /** What was found out, in the order of the requests within each partition. */
    void found(Finding finding) throws IOException;
  }

  /**
   * How it ended.
   *
   * @param complete false where it was stopped
   * @param cutOff whether more requests are in the period than were to be replayed
   */
  public record Ended(boolean complete, boolean cutOff) {}

  /**
   * @param home the folder that has the sandbox's jars in {@code sandbox/}
   */
  public Replay(Configuration settings, Path home, Plan plan, Listener listener) {
    this(settings, home, plan, listener, RecordedResults.MAX_BYTES);
  }

  Replay(Configuration settings, Path home, Plan plan, Listener listener, long maxResultBytes) {
    this.settings = settings;
    this.home = home;
    this.plan = plan;
    this.listener = listener;
    this.maxResultBytes = maxResultBytes;
  }

  /**
   * Does it.
   *
   * @param stop looked at often; ends it early
   * @throws ReplayRefusedException where there is nothing to replay, or it cannot be
   * @throws org.apache.kafka.common.KafkaException where Kafka fails for good
   */
  public Ended run(BooleanSupplier stop) throws IOException, InterruptedException {
    try (Requests requests = new Requests(settings);
        RecordedResults recorded = new RecordedResults(settings, maxResultBytes)) {
      Chosen chosen = requests.choose(plan.selection(), listener, stop);
      if (chosen.requests() > 0 && !stop.getAsBoolean()) {
        recorded.find(chosen, listener, stop);
      }
      if (stop.getAsBoolean()) {
        return new Ended(false, false);
      }
      ScriptVersions catalog = chosen.isNamingScripts() ? catalog() : new ScriptVersions();
      boolean complete = run(requests, chosen, recorded, catalog, stop);
      return new Ended(complete, chosen.isCutOff());
    }
  }

  private boolean run(
      Requests requests,
      Chosen chosen,
      RecordedResults recorded,
      ScriptVersions catalog,
      BooleanSupplier stop)
      throws IOException, InterruptedException {
    PoolConfig config = chosen.requests() == 1 ? settings.pool().single() : settings.pool();
    SandboxCommand command = SandboxCommand.of(home, settings.limits().ceilings().heapBytes());
    Deque<Future<Finding>> running = new ArrayDeque<>();
    try (ExecutorService runners = Executors.newFixedThreadPool(config.size());
        SandboxPool pool = new SandboxPool(command, config)) {
      pool.awaitReady(config.startTimeout());
      Rerun rerun = new Rerun(pool, settings.dispatch(), settings.limits());
      listener.begin(Phase.RUN, chosen.count());
      try {
        requests.read(
            chosen,
            read -> {
              running.add(begin(read, recorded, catalog, rerun, runners));
              if (running.size() > config.size() * AHEAD) {
                report(running.remove());
              }
              return !stop.getAsBoolean();
            });
        while (!running.isEmpty() && !stop.getAsBoolean()) {
          report(running.remove());
        }
      } finally {
        runners.shutdownNow();
      }
    }
    return running.isEmpty();
  }

  private Future<Finding> begin(
      Read read,
      RecordedResults recorded,
      ScriptVersions catalog,
      Rerun rerun,
      ExecutorService runners) {
    return switch (read) {
      case Read.Request(Execution execution) -> {
        List<ExecutionResult> results = recorded.of(execution.position());
        yield runners.submit(() -> run(execution, results, catalog, rerun));
      }
      case Read.Bad(Outcome.Malformed malformed) ->
          CompletableFuture.completedFuture(
              new Finding.NoRequest(malformed.position(), malformed.message()));
      case Read.Bad _, Read.Unknown _ ->
          throw new IllegalStateException("It was no such record when it was chosen");
    };
  }

  private Finding run(
      Execution execution, List<ExecutionResult> recorded, ScriptVersions catalog, Rerun rerun)
      throws IOException, InterruptedException {
    ExecutionResult last = recorded.isEmpty() ? null : recorded.getLast();
    ScriptsThen scripts =
        new ScriptsThen(
            catalog, "the catalog, topic " + settings.topics().scripts(), last, plan.script());
    Outcome outcome = rerun.run(scripts.with(execution), scripts, moment(last));
    // The outcome's own moment is the one at which the deadline was looked at.
    ExecutionResult now =
        ExecutionResult.newBuilder(new Results(settings.workerId()).of(outcome))
            .setCompletedAt(Instant.now())
            .build();
    return Finding.Run.of(execution, recorded, now, new Comparison(plan.logs()));
  }

  /** When its deadline is looked at: what ran then was in time, and what was late then still is. */
  private static Instant moment(@Nullable ExecutionResult recorded) {
    boolean late = Comparison.isRejected(recorded, ViolationKind.DEADLINE_EXCEEDED);
    // Results have it in whole milliseconds.
    return recorded != null && late ? recorded.getCompletedAt().plusMillis(1) : Instant.EPOCH;
  }

  private void report(Future<Finding> finding) throws IOException, InterruptedException {
    try {
      listener.found(finding.get());
      listener.step();
    } catch (ExecutionException e) {
      throw new IllegalStateException("A request could not be run again", e.getCause());
    }
  }

  /** What is in the catalog now; nothing where there is none. */
  private ScriptVersions catalog() {
    try {
      return new CatalogEditor(settings).read();
    } catch (CatalogMissingException e) {
      return new ScriptVersions();
    } catch (TimeoutException e) {
      throw new ReplayRefusedException(String.valueOf(e.getMessage()));
    }
  }
}
