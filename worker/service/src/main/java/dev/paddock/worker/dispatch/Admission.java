package dev.paddock.worker.dispatch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.Script;
import dev.paddock.sandbox.wire.Task;
import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.ScriptReference;
import dev.paddock.schemas.ViolationKind;
import dev.paddock.worker.Execution;
import dev.paddock.worker.Outcome;
import dev.paddock.worker.Sha256;
import dev.paddock.worker.config.LimitsConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** Turns a request into a task, or says why it may not run. For any thread. */
final class Admission {

  /** What came of a request. */
  sealed interface Decision {

    /** It may run. */
    record Admitted(Task task, String scriptSha256) implements Decision {}

    /** It may not. */
    record Refused(Outcome.Rejected outcome) implements Decision {}
  }

  private static final JsonFactory JSON = new JsonFactory();

  private final LimitsConfig limits;
  private final Clock clock;
  private final AtomicLong lastNumber = new AtomicLong();

  Admission(LimitsConfig limits, Clock clock) {
    this.limits = limits;
    this.clock = clock;
  }

  Decision decide(Execution execution) {
    ExecutionRequest request = execution.request();
    return switch (request.getScript()) {
      case InlineScript script -> decide(execution, script);
      case ScriptReference reference ->
          refused(
              execution,
              "",
              ViolationKind.SCRIPT_NOT_FOUND,
              "The script '"
                  + reference.getId()
                  + "' is not known: this worker has no catalog; send the script inline");
      default -> throw new IllegalStateException("The contract has no other kind of script");
    };
  }

  private Decision decide(Execution execution, InlineScript script) {
    ExecutionRequest request = execution.request();
    String sha256 = Sha256.hex(script.getSource());
    if (isTooLate(execution)) {
      return new Decision.Refused(tooLate(execution, sha256));
    }
    long sourceBytes = utf8Length(script.getSource());
    if (sourceBytes > limits.sourceBytes()) {
      return tooLarge(
          execution, sha256, ViolationKind.SOURCE_SIZE, limits.sourceBytes(), sourceBytes);
    }
    long inputBytes = utf8Length(request.getInput());
    if (inputBytes > limits.inputBytes()) {
      return tooLarge(execution, sha256, ViolationKind.INPUT_SIZE, limits.inputBytes(), inputBytes);
    }
    try {
      requireJson(request.getInput());
      Limits quotas = limits.resolve(request.getLimits());
      return new Decision.Admitted(task(execution, script, quotas), sha256);
    } catch (IllegalArgumentException e) {
      return refused(
          execution, sha256, ViolationKind.MALFORMED_REQUEST, String.valueOf(e.getMessage()));
    }
  }

  private Task task(Execution execution, InlineScript script, Limits quotas) {
    ExecutionRequest request = execution.request();
    Script.Kind kind =
        switch (script.getKind()) {
          case SCRIPT -> Script.Kind.SCRIPT;
          case MODULE -> Script.Kind.MODULE;
        };
    Long seed = request.getSeed();
    return new Task(
        lastNumber.incrementAndGet(),
        execution.id(),
        request.getTenant(),
        request.getLabels(),
        new Script(script.getName(), kind, script.getSource()),
        request.getInput(),
        execution.timestampMillis(),
        seed != null ? seed : ByteBuffer.wrap(Sha256.of(execution.id())).getLong(),
        quotas);
  }

  private Decision tooLarge(
      Execution execution, String sha256, ViolationKind kind, long limit, long observed) {
    String what = kind == ViolationKind.INPUT_SIZE ? "input" : "script's source";
    return new Decision.Refused(
        new Outcome.Rejected(
            execution,
            sha256,
            kind,
            limit,
            observed,
            "bytes",
            "The " + what + " has " + observed + " bytes; " + limit + " allowed",
            clock.instant()));
  }

  /** Whether its deadline has passed. */
  boolean isTooLate(Execution execution) {
    Instant deadline = execution.request().getDeadline();
    return deadline != null && clock.instant().isAfter(deadline);
  }

  /** What comes of it then. */
  Outcome.Rejected tooLate(Execution execution, String scriptSha256) {
    return rejected(
        execution,
        scriptSha256,
        ViolationKind.DEADLINE_EXCEEDED,
        "The deadline %s passed before the script could run"
            .formatted(execution.request().getDeadline()));
  }

  private Decision refused(Execution execution, String sha256, ViolationKind kind, String message) {
    return new Decision.Refused(rejected(execution, sha256, kind, message));
  }

  private Outcome.Rejected rejected(
      Execution execution, String sha256, ViolationKind kind, String message) {
    return new Outcome.Rejected(execution, sha256, kind, 0, 0, "", message, clock.instant());
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

  private static long utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
