package dev.paddock.worker.dispatch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.paddock.sandbox.wire.Reuse;
import dev.paddock.sandbox.wire.Script;
import dev.paddock.sandbox.wire.Task;
import dev.paddock.schemas.CatalogScript;
import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.Limits;
import dev.paddock.schemas.ScriptClock;
import dev.paddock.schemas.ScriptIdentity;
import dev.paddock.schemas.ScriptRandomness;
import dev.paddock.schemas.ScriptReference;
import dev.paddock.schemas.ViolationKind;
import dev.paddock.worker.Event;
import dev.paddock.worker.Execution;
import dev.paddock.worker.GuestScripts;
import dev.paddock.worker.NamedScripts;
import dev.paddock.worker.Outcome;
import dev.paddock.worker.ScriptUsed;
import dev.paddock.worker.Sha256;
import dev.paddock.worker.config.DispatchConfig;
import dev.paddock.worker.config.LimitsConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Turns a request into a task, or says why it may not run. For any thread. */
final class Admission {

  /** What came of a request. */
  sealed interface Decision {

    /** It may run. */
    record Admitted(Task task, ScriptUsed script) implements Decision {}

    /** It may not. */
    record Refused(Outcome.Rejected outcome) implements Decision {}

    /** The script that it names is not there, but may come. */
    record Undecided() implements Decision {}
  }

  private static final JsonFactory JSON = new JsonFactory();

  /** What a request wants to run, wherever it is from. */
  private record Wanted(Script script, @Nullable Limits ownLimits, ScriptUsed used) {}

  private final LimitsConfig limits;
  private final NamedScripts scripts;
  private final long scriptWaitNanos;
  private final Reuse reuse;
  private final Clock clock;
  private final LongSupplier numbers;

  Admission(LimitsConfig limits, NamedScripts scripts, DispatchConfig config, Clock clock) {
    this(limits, scripts, config, clock, new AtomicLong()::incrementAndGet);
  }

  /**
   * @param numbers the tasks', none of them twice for the same sandboxes
   */
  Admission(
      LimitsConfig limits,
      NamedScripts scripts,
      DispatchConfig config,
      Clock clock,
      LongSupplier numbers) {
    this.limits = limits;
    this.scripts = scripts;
    this.scriptWaitNanos = config.scriptWait().toNanos();
    this.reuse = config.reuse();
    this.clock = clock;
    this.numbers = numbers;
  }

  Decision decide(Execution execution) {
    return switch (execution.request().getScript()) {
      case InlineScript script ->
          decide(execution, new Wanted(GuestScripts.of(script), null, ScriptUsed.of(script)));
      case ScriptReference reference -> decide(execution, reference);
      default -> throw new IllegalStateException("The contract has no other kind of script");
    };
  }

  private Decision decide(Execution execution, ScriptReference reference) {
    String tenant = execution.request().getTenant();
    CatalogScript found = scripts.find(tenant, reference.getId(), reference.getVersion());
    if (found == null) {
      return System.nanoTime() - execution.readNanos() < scriptWaitNanos
          ? new Decision.Undecided()
          : refused(
              execution,
              ScriptUsed.NONE,
              ViolationKind.SCRIPT_NOT_FOUND,
              "There is no script %s of tenant '%s' in %s"
                  .formatted(described(reference), tenant, scripts.whereabouts()));
    }
    if (found.getDisabled()) {
      return refused(
          execution,
          ScriptUsed.of(found),
          ViolationKind.SCRIPT_NOT_FOUND,
          "The script '%s' version %d of tenant '%s' is disabled"
              .formatted(found.getId(), found.getVersion(), tenant));
    }
    return decide(
        execution, new Wanted(GuestScripts.of(found), found.getLimits(), ScriptUsed.of(found)));
  }

  private static String described(ScriptReference reference) {
    Integer version = reference.getVersion();
    return "'" + reference.getId() + "'" + (version == null ? "" : " version " + version);
  }

  private Decision decide(Execution execution, Wanted wanted) {
    ExecutionRequest request = execution.request();
    if (isTooLate(execution)) {
      return new Decision.Refused(tooLate(execution, wanted.used()));
    }
    try {
      Task task =
          task(execution, wanted.script(), limits.resolve(request.getLimits(), wanted.ownLimits()));
      Outcome.Rejected tooLarge = tooLarge(execution, wanted.used(), task);
      if (tooLarge != null) {
        return new Decision.Refused(tooLarge);
      }
      requireJson(request.getInput());
      requireReusable(request, wanted.script());
      requireNoSeedInVain(request);
      return new Decision.Admitted(task, wanted.used());
    } catch (IllegalArgumentException e) {
      return refused(
          execution,
          wanted.used(),
          ViolationKind.MALFORMED_REQUEST,
          String.valueOf(e.getMessage()));
    }
  }

  private Task task(Execution execution, Script script, dev.paddock.sandbox.wire.Limits quotas) {
    ExecutionRequest request = execution.request();
    Long seed = request.getSeed();
    Event event = execution.event();
    return new Task(
        numbers.getAsLong(),
        execution.id(),
        request.getTenant(),
        request.getLabels(),
        script,
        request.getInput(),
        event == null ? null : event.context(),
        execution.timestampMillis(),
        seed != null ? seed : ByteBuffer.wrap(Sha256.of(execution.id())).getLong(),
        request.getClock() == ScriptClock.SYSTEM ? Task.Clock.SYSTEM : Task.Clock.REQUEST,
        isOfSystem(request.getRandomness()) ? Task.Randomness.SYSTEM : Task.Randomness.SEEDED,
        quotas,
        request.getReuse() == dev.paddock.schemas.Reuse.SCRIPT ? reuse : Reuse.NONE);
  }

  private static boolean isOfSystem(@Nullable ScriptRandomness randomness) {
    return randomness == ScriptRandomness.SYSTEM;
  }

  private static void requireNoSeedInVain(ExecutionRequest request) {
    if (request.getSeed() != null && isOfSystem(request.getRandomness())) {
      throw new IllegalArgumentException(
          "seed is %d, but randomness is SYSTEM, which takes none; leave one of them null"
              .formatted(request.getSeed()));
    }
  }

  private static void requireReusable(ExecutionRequest request, Script script) {
    if (request.getReuse() == dev.paddock.schemas.Reuse.SCRIPT
        && script.kind() != Script.Kind.MODULE) {
      throw new IllegalArgumentException(
          "reuse is SCRIPT, but the script is none whose context can be reused: it must be a MODULE,"
              + " whose default export is called for each execution");
    }
  }

  /** What comes of one whose source or input is larger than its limits allow, or null. */
  private Outcome.@Nullable Rejected tooLarge(Execution execution, ScriptUsed used, Task task) {
    long source = task.script().bytes();
    long input = task.inputBytes();
    if (source > task.limits().sourceBytes()) {
      return tooLarge(
          execution, used, ViolationKind.SOURCE_SIZE, task.limits().sourceBytes(), source);
    }
    return input > task.limits().inputBytes()
        ? tooLarge(execution, used, ViolationKind.INPUT_SIZE, task.limits().inputBytes(), input)
        : null;
  }

  private Outcome.Rejected tooLarge(
      Execution execution, ScriptUsed used, ViolationKind kind, long limit, long observed) {
    String what = kind == ViolationKind.INPUT_SIZE ? "input" : "script's source";
    return new Outcome.Rejected(
        execution,
        used,
        kind,
        limit,
        observed,
        "bytes",
        "The " + what + " has " + observed + " bytes; " + limit + " allowed",
        clock.instant());
  }

  /**
   * Whether one that was admitted some time ago may still run as it was. If not, it is to be
   * decided again.
   */
  boolean stands(Execution execution, Decision.Admitted admitted) {
    return !isTooLate(execution)
        && !isDisabled(execution.request().getTenant(), admitted.script().identity());
  }

  private boolean isDisabled(String tenant, @Nullable ScriptIdentity named) {
    CatalogScript found =
        named == null ? null : scripts.find(tenant, named.getId(), named.getVersion());
    return found != null && found.getDisabled();
  }

  /** Whether its deadline has passed. */
  private boolean isTooLate(Execution execution) {
    Instant deadline = execution.request().getDeadline();
    return deadline != null && clock.instant().isAfter(deadline);
  }

  /** What comes of it then. */
  private Outcome.Rejected tooLate(Execution execution, ScriptUsed used) {
    return rejected(
        execution,
        used,
        ViolationKind.DEADLINE_EXCEEDED,
        "The deadline %s passed before the script could run"
            .formatted(execution.request().getDeadline()));
  }

  private Decision refused(
      Execution execution, ScriptUsed used, ViolationKind kind, String message) {
    return new Decision.Refused(rejected(execution, used, kind, message));
  }

  private Outcome.Rejected rejected(
      Execution execution, ScriptUsed used, ViolationKind kind, String message) {
    return new Outcome.Rejected(execution, used, kind, 0, 0, "", message, clock.instant());
  }

  /** Refuses a text that is not exactly one JSON value. */
  private static void requireJson(String input) {
    try (JsonParser parser = JSON.createParser(input)) {
      if (parser.nextToken() == null) {
        throw new IllegalArgumentException("The input is empty; it must be a JSON text");
      }
      parser.skipChildren();
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException("The input has more than one JSON value");
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "The input is not JSON, line %d column %d: %s"
              .formatted(
                  e.getLocation().getLineNr(),
                  e.getLocation().getColumnNr(),
                  e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
