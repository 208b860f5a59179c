package dev.paddock.worker.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Breach;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.GuestError;
import dev.paddock.sandbox.wire.LogLine;
import dev.paddock.sandbox.wire.Quota;
import dev.paddock.sandbox.wire.Usage;
import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.ScriptIdentity;
import dev.paddock.schemas.ScriptKind;
import dev.paddock.schemas.Violation;
import dev.paddock.schemas.ViolationKind;
import dev.paddock.worker.Execution;
import dev.paddock.worker.Outcome;
import dev.paddock.worker.Position;
import dev.paddock.worker.Release;
import dev.paddock.worker.ScriptUsed;
import dev.paddock.worker.Spans;
import io.opentelemetry.api.trace.SpanContext;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LettersTest {

  private static final Instant NOW = Instant.ofEpochMilli(1_000_000);
  private static final Position POSITION = new Position("requests", 2, 7);
  private static final byte[] KEY = {1, 2, 3};

  private static final ScriptUsed SCRIPT = new ScriptUsed("abc", new ScriptIdentity("pricing", 4));

  private final Letters letters = new Letters("worker-1", (_, _, _) -> List.of(), Spans.NONE);

  private List<Letter> lettersOf(Outcome outcome) {
    return letters.of(outcome).letters();
  }

  private static Execution execution(String id) {
    ExecutionRequest request =
        ExecutionRequest.newBuilder()
            .setExecutionId(id)
            .setTenant("acme")
            .setScript(new InlineScript("s.js", ScriptKind.SCRIPT, "1", Map.of()))
            .setLabels(Map.of("a", "b"))
            .build();
    return new Execution(POSITION, KEY, request, 0, 10, 1, 0);
  }

  private static Outcome answered(Ending ending) {
    Answer answer =
        new Answer(
            1,
            ending,
            List.of(new LogLine(LogLine.Level.WARN, "hm", 5)),
            true,
            new Usage(10, 20, 30, 40),
            false);
    return new Outcome.Answered(execution("e1"), SCRIPT, answer, 2, 99, NOW);
  }

  private static ExecutionResult result(Letter letter) {
    return assertInstanceOf(Letter.Result.class, letter).value();
  }

  private static Violation violation(Letter letter) {
    return assertInstanceOf(Letter.Audit.class, letter).value();
  }

  @Test
  void aSuccessIsOneResultWithTheRequestsKey() {
    List<Letter> all = lettersOf(answered(new Ending.Succeeded("42")));

    assertEquals(1, all.size());
    ExecutionResult result = result(all.getFirst());
    assertArrayEquals(KEY, all.getFirst().key());
    assertEquals(ExecutionStatus.SUCCEEDED, result.getStatus());
    assertEquals("42", result.getOutput());
    assertNull(result.getError());
    assertEquals("e1", result.getExecutionId());
    assertEquals("acme", result.getTenant());
    assertEquals(Map.of("a", "b"), result.getLabels());
    assertEquals("warn", result.getLogs().getFirst().getLevel());
    assertEquals(true, result.getLogsTruncated());
    assertEquals(new dev.paddock.schemas.Usage(10L, 20L, 99L, 30L, 40L), result.getUsage());
    assertEquals("abc", result.getScriptSha256());
    assertEquals(new dev.paddock.schemas.SourcePosition("requests", 2, 7L), result.getSource());
    assertEquals("worker-1", result.getWorker());
    assertEquals(Release.VERSION, result.getPaddockVersion());
    assertEquals(2, result.getAttempt());
    assertEquals(NOW, result.getCompletedAt());
  }

  @Test
  void aFailureHasTheScriptsErrorAndNoViolation() {
    List<Letter> all =
        lettersOf(answered(new Ending.Failed(new GuestError("TypeError", "no", null, 3, 0))));

    assertEquals(1, all.size());
    ExecutionResult result = result(all.getFirst());
    assertEquals(ExecutionStatus.FAILED, result.getStatus());
    assertEquals("TypeError", result.getError().getName());
    assertEquals(3, result.getError().getLine());
    assertNull(result.getError().getColumn());
  }

  @ParameterizedTest
  @EnumSource
  void everyBrokenQuotaIsAResultAndAViolationOfItsKind(Quota quota) {
    List<Letter> all = lettersOf(answered(new Ending.Stopped(new Breach(quota, 5, 6, "too much"))));

    ExecutionResult result = result(all.getFirst());
    assertEquals(ExecutionStatus.VIOLATED, result.getStatus());
    String kind = quota == Quota.LOG_LINES ? "LOG_SIZE" : quota.name();
    assertEquals(kind, result.getError().getName());
    Violation violation = violation(all.getLast());
    assertEquals("acme", new String(all.getLast().key(), UTF_8));
    assertEquals(kind, violation.getKind().name());
    assertEquals(5, violation.getLimit());
    assertEquals(6, violation.getObserved());
    assertEquals(quota.unit(), violation.getUnit());
    assertEquals("abc", violation.getScriptSha256());
    assertEquals(Release.VERSION, violation.getPaddockVersion());
    assertNull(violation.getRawRequest());
  }

  @Test
  void aCrashAndARejectionAreAResultAndAViolationEach() {
    List<Letter> crash =
        lettersOf(new Outcome.Crashed(execution("e1"), SCRIPT, "signal 9", 2, 3, 4, NOW));
    assertEquals(ExecutionStatus.VIOLATED, result(crash.getFirst()).getStatus());
    assertEquals("SANDBOX_CRASH", result(crash.getFirst()).getError().getName());
    assertEquals(4, result(crash.getFirst()).getUsage().getWallMicros());
    assertEquals(ViolationKind.SANDBOX_CRASH, violation(crash.getLast()).getKind());

    List<Letter> rejection =
        lettersOf(
            new Outcome.Rejected(
                execution(""),
                ScriptUsed.NONE,
                ViolationKind.INPUT_SIZE,
                10,
                11,
                "bytes",
                "too long",
                NOW));
    assertEquals(ExecutionStatus.REJECTED, result(rejection.getFirst()).getStatus());
    assertEquals("INPUT_SIZE", result(rejection.getFirst()).getError().getName());
    assertEquals("requests-2-7", result(rejection.getFirst()).getExecutionId());
    assertEquals(11, violation(rejection.getLast()).getObserved());
  }

  @Test
  void whatCouldNotBeDecodedIsOnlyAViolationWithItsBytesUpToTheBound() {
    byte[] raw = new byte[Letters.RAW_BYTES + 1];
    raw[0] = 77;
    List<Letter> all =
        lettersOf(
            new Outcome.Malformed(POSITION, "", raw, "garbage", NOW, SpanContext.getInvalid()));

    assertEquals(1, all.size());
    Violation violation = violation(all.getFirst());
    assertEquals(ViolationKind.MALFORMED_REQUEST, violation.getKind());
    assertEquals("requests-2-7", violation.getExecutionId());
    ByteBuffer kept = violation.getRawRequest();
    assertEquals(Letters.RAW_BYTES, kept.remaining());
    assertEquals(77, kept.get(0));

    assertNull(
        violation(
                lettersOf(
                        new Outcome.Malformed(
                            POSITION, "", null, "empty", NOW, SpanContext.getInvalid()))
                    .getFirst())
            .getRawRequest());
  }

  @Test
  void aResultThatIsTooLargeIsCutUntilOnlyAShortViolationIsLeft() {
    Letter full = lettersOf(answered(new Ending.Succeeded("x".repeat(5000)))).getFirst();

    List<Letter> first = Shears.cut(full, 6000, 5500);
    assertEquals(ExecutionStatus.VIOLATED, result(first.getFirst()).getStatus());
    assertEquals("OUTPUT_SIZE", result(first.getFirst()).getError().getName());
    assertNull(result(first.getFirst()).getOutput());
    assertEquals(List.of(), result(first.getFirst()).getLogs());
    assertEquals(Map.of("a", "b"), result(first.getFirst()).getLabels());
    assertArrayEquals(KEY, first.getFirst().key());
    assertEquals(6000, violation(first.getLast()).getObserved());
    assertEquals(5500, violation(first.getLast()).getLimit());
    assertEquals(Release.VERSION, violation(first.getLast()).getPaddockVersion());

    List<Letter> second = Shears.cut(first.getFirst(), 5600, 5500);
    assertEquals(1, second.size());
    assertEquals(Map.of(), result(second.getFirst()).getLabels());

    List<Letter> third = Shears.cut(second.getFirst(), 5600, 5500);
    assertEquals(ViolationKind.OUTPUT_SIZE, violation(third.getFirst()).getKind());
    assertEquals(List.of(), Shears.cut(third.getFirst(), 5600, 5500));
  }

  @Test
  void aStoppedRunKeepsItsVerdictWhenItsLogsAreTooLarge() {
    Breach breach = new Breach(Quota.CPU_TIME, 1, 2, "slow");
    Letter full = lettersOf(answered(new Ending.Stopped(breach))).getFirst();

    List<Letter> cut = Shears.cut(full, 10, 0);
    assertEquals(1, cut.size());
    assertEquals("CPU_TIME", result(cut.getFirst()).getError().getName());
    assertEquals(List.of(), result(cut.getFirst()).getLogs());
  }
}
