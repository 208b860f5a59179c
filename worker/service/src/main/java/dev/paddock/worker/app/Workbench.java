package dev.paddock.worker.app;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Breach;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.GuestError;
import dev.paddock.sandbox.wire.LogLine;
import dev.paddock.sandbox.wire.Usage;
import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.Limits;
import dev.paddock.schemas.ScriptKind;
import dev.paddock.worker.Execution;
import dev.paddock.worker.Outcome;
import dev.paddock.worker.Position;
import dev.paddock.worker.ViolationKinds;
import dev.paddock.worker.config.LimitsConfig;
import dev.paddock.worker.observe.Bench;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs what a person tries among all other executions, as a tenant of its own: the same admission,
 * sandboxes and quotas. Nothing of it reaches Kafka. For any thread.
 */
final class Workbench implements Bench {

  /** No topic can be called so. */
  private static final String TOPIC = "(workbench)";

  /** Whose executions these are. */
  private static final String TENANT = "workbench";

  /** More would only wait for each other. */
  private static final int MOST_AT_ONCE = 4;

  private static final long PATIENCE_SECONDS = 120;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /**
   * What may be asked.
   *
   * @param input a JSON text
   * @param limits null for the defaults
   */
  private record Trial(
      @Nullable ScriptKind kind,
      @Nullable String source,
      @Nullable String input,
      @Nullable Wanted limits) {}

  private record Wanted(
      @Nullable Long cpuMillis,
      @Nullable Long wallMillis,
      @Nullable Long heapBytes,
      @Nullable Long stackBytes,
      @Nullable Long outputBytes,
      @Nullable Long logBytes,
      @Nullable Integer logLines,
      @Nullable Integer asyncOperations,
      @Nullable Long inputBytes,
      @Nullable Long sourceBytes) {

    Limits limits() {
      return new Limits(
          cpuMillis,
          wallMillis,
          heapBytes,
          stackBytes,
          outputBytes,
          logBytes,
          logLines,
          asyncOperations,
          inputBytes,
          sourceBytes);
    }
  }

  /** What is known before anything is tried. */
  private record About(
      dev.paddock.sandbox.wire.Limits defaults, dev.paddock.sandbox.wire.Limits ceilings) {}

  /** What came of it; absent is what does not apply. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Result(
      String status,
      @Nullable String output,
      @Nullable GuestError error,
      @Nullable Violated violation,
      List<LogLine> logs,
      boolean logsTruncated,
      @Nullable Usage usage,
      long queueMicros,
      int attempt) {}

  private record Violated(String kind, long limit, long observed, String unit, String message) {}

  private final LimitsConfig limits;
  private final Consumer<Execution> executions;
  private final Clock clock;
  private final Semaphore places = new Semaphore(MOST_AT_ONCE);
  private final AtomicLong numbers = new AtomicLong();
  private final Map<Position, CompletableFuture<Outcome>> open = new ConcurrentHashMap<>();

  /**
   * @param executions takes what is to run; must not block
   */
  Workbench(LimitsConfig limits, Consumer<Execution> executions, Clock clock) {
    this.limits = limits;
    this.executions = executions;
    this.clock = clock;
  }

  /** Whether an outcome is of something that was tried here, and not to be published. */
  static boolean isOwn(Outcome outcome) {
    return outcome.position().topic().equals(TOPIC);
  }

  /** Takes an outcome of its own. */
  void accept(Outcome outcome) {
    CompletableFuture<Outcome> waiting = open.remove(outcome.position());
    if (waiting != null) {
      waiting.complete(outcome);
    }
  }

  @Override
  public Object about() {
    return new About(limits.defaults(), limits.ceilings());
  }

  @Override
  public Object run(byte[] request) throws BadRequestException, InterruptedException {
    Execution execution = execution(read(request));
    if (!places.tryAcquire()) {
      throw new BadRequestException(MOST_AT_ONCE + " scripts are being tried, as many as may be");
    }
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    open.put(execution.position(), outcome);
    try {
      executions.accept(execution);
      return result(outcome.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
    } catch (TimeoutException e) {
      throw new BadRequestException("No sandbox was free within " + PATIENCE_SECONDS + " s");
    } catch (ExecutionException e) {
      throw new IllegalStateException("an outcome never fails", e);
    } finally {
      open.remove(execution.position());
      places.release();
    }
  }

  private static Trial read(byte[] request) throws BadRequestException {
    try {
      Trial trial = JSON.readValue(request, Trial.class);
      if (trial == null || trial.kind() == null || trial.source() == null) {
        throw new BadRequestException("kind, which is SCRIPT or MODULE, and source must be there");
      }
      return trial;
    } catch (JsonProcessingException e) {
      throw new BadRequestException("This is no trial: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new BadRequestException("This is no trial: " + e.getMessage());
    }
  }

  private Execution execution(Trial trial) {
    ScriptKind kind = Objects.requireNonNull(trial.kind());
    ExecutionRequest.Builder request =
        ExecutionRequest.newBuilder()
            .setExecutionId("")
            .setTenant(TENANT)
            .setScript(
                InlineScript.newBuilder()
                    .setName(kind == ScriptKind.MODULE ? "workbench.mjs" : "workbench.js")
                    .setKind(kind)
                    .setSource(trial.source())
                    .build())
            .setInput(Objects.requireNonNullElse(trial.input(), "null"));
    if (trial.limits() != null) {
      request.setLimits(trial.limits().limits());
    }
    return new Execution(
        new Position(TOPIC, 0, numbers.getAndIncrement()),
        null,
        request.build(),
        clock.millis(),
        0,
        1,
        System.nanoTime());
  }

  private static Result result(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Answered answered -> answered(answered);
      case Outcome.Crashed crashed ->
          new Result(
              "VIOLATED",
              null,
              null,
              new Violated("SANDBOX_CRASH", 0, 0, "", crashed.message()),
              List.of(),
              false,
              null,
              crashed.queueMicros(),
              crashed.attempt());
      case Outcome.Rejected rejected ->
          new Result(
              "REJECTED",
              null,
              null,
              new Violated(
                  rejected.kind().name(),
                  rejected.limit(),
                  rejected.observed(),
                  rejected.unit(),
                  rejected.message()),
              List.of(),
              false,
              null,
              0,
              0);
      case Outcome.Malformed _ -> throw new IllegalStateException("it was never a record");
    };
  }

  private static Result answered(Outcome.Answered answered) {
    Answer answer = answered.answer();
    return switch (answer.ending()) {
      case Ending.Succeeded(@Nullable String output) ->
          result(answered, "SUCCEEDED", output, null, null);
      case Ending.Failed(GuestError error) -> result(answered, "FAILED", null, error, null);
      case Ending.Stopped(Breach breach) ->
          result(
              answered,
              "VIOLATED",
              null,
              null,
              new Violated(
                  ViolationKinds.of(breach.quota()).name(),
                  breach.limit(),
                  breach.observed(),
                  breach.quota().unit(),
                  breach.message()));
    };
  }

  private static Result result(
      Outcome.Answered answered,
      String status,
      @Nullable String output,
      @Nullable GuestError error,
      @Nullable Violated violation) {
    Answer answer = answered.answer();
    return new Result(
        status,
        output,
        error,
        violation,
        answer.logs(),
        answer.logsTruncated(),
        answer.usage(),
        answered.queueMicros(),
        answered.attempt());
  }
}
